import { createRoute, z } from '@hono/zod-openapi';
import { Fault } from '../core/fault.ts';
import type { Site } from '../simulator/index.ts';
import type { ApiApp } from './http/index.ts';

/** A device that is played, and the name under which the gateway knows it. */
export interface PlayedLine {
  readonly name: string;
  readonly world: Site;
}

/** What can be held in the world around a device. */
const PINS = ['voltage', 'current', 'temperature'] as const;

const pin = z
  .number()
  .nullable()
  .openapi({ description: 'V, A (positive charges), °C; null: it lives by itself' });
const pins = z.strictObject({ voltage: pin, current: pin, temperature: pin });

const simulated = z.object({
  member: z.string(),
  pins,
  faults: z.array(
    z.object({
      name: z.string(),
      title: z.string().openapi({ description: 'What it does' }),
      rate: z.number().openapi({ description: '0 to 1 of its answers' }),
    }),
  ),
});

const change = z.strictObject({
  pins: pins.partial().optional(),
  faults: z.record(z.string(), z.number().min(0).max(1)).optional(),
});

type Pins = z.infer<typeof pins>;

const answers = (schema: z.ZodType, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
});

/** Lets people steer the devices of a demonstration: what happens around them, and what goes wrong on their lines. */
export function simulatorRoutes(app: ApiApp, lines: readonly PlayedLine[]): void {
  const held = new Map<string, Pins>();
  const rates = new Map<string, Record<string, number>>();

  const documentOf = ({ name, world }: PlayedLine): z.infer<typeof simulated> => ({
    member: name,
    pins: held.get(name) ?? { voltage: null, current: null, temperature: null },
    faults: Object.entries(world.faults).map(([fault, title]) => ({
      name: fault,
      title,
      rate: rates.get(name)?.[fault] ?? 0,
    })),
  });

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/simulator',
      summary: 'The simulated devices, what is held around them, and what they are made to do wrong',
      responses: answers(z.object({ devices: z.array(simulated) }), 'The devices'),
    }),
    (c) => c.json({ devices: lines.map(documentOf) }, 200),
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/simulator/{member}',
      summary: 'Holds values around a simulated device, or makes things go wrong; what is left out stays',
      request: {
        params: z.object({ member: z.string() }),
        body: { required: true, content: { 'application/json': { schema: change } } },
      },
      responses: answers(simulated, 'How it stands now'),
    }),
    (c) => {
      const { member } = c.req.valid('param');
      const line = lines.find(({ name }) => name === member);
      if (line === undefined) throw new Fault('config', `no simulated device is called '${member}'`);
      const { pins: wanted = {}, faults = {} } = c.req.valid('json');
      // All are checked before any is set.
      const stranger = Object.keys(faults).find((fault) => !Object.hasOwn(line.world.faults, fault));
      if (stranger !== undefined) throw new Fault('config', `${member} has no fault '${stranger}'`);
      const now: Pins = { ...documentOf(line).pins };
      for (const name of PINS) {
        const value = wanted[name];
        if (value === undefined) continue;
        now[name] = value;
        for (const battery of line.world.batteries) battery.pin(name, value ?? undefined);
      }
      held.set(member, now);
      for (const [fault, rate] of Object.entries(faults)) line.world.setFault(fault, rate);
      rates.set(member, { ...rates.get(member), ...faults });
      return c.json(documentOf(line), 200);
    },
  );
}
