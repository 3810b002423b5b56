import { createRoute, z } from '@hono/zod-openapi';
import { type BusConfig, PROBE, probeBus, type ProbeInput, probeSchema } from '../../../config/index.ts';
import type { Role } from '../../../core/field.ts';
import { lineText } from '../../../core/line.ts';
import type { ApiProbe } from '../../../core/site/api.ts';
import { fieldWithRole } from '../../../core/site/role.ts';
import { catalog } from '../../../devices/index.ts';
import { portOf } from '../../../node/link-port.ts';
import { takesPassword } from '../../line-devices.ts';
import { memberOf } from '../../members.ts';
import type { Probed } from '../../gateway.ts';
import { Refusal } from '../failure.ts';
import { retryLimit } from '../retry-limit.ts';
import { probe } from '../schemas-work.ts';
import { type AddRoutes, answers, body, describeMember } from '../tools.ts';

/** Probes that may follow at once, and milliseconds in which one more is earned. */
const AT_ONCE = 10;
const EARNED = 3_000;
/** Seconds that a probe may take where nothing is said. */
const BUDGET = 20;

const request = z.strictObject({
  ...probeSchema.shape,
  budget: z.number().min(1).max(120).default(BUDGET).openapi({ description: 'Seconds that it may take' }),
});

// The generator takes keys that may be left out for required ones where they may not be undefined.
const { properties, required } = z.toJSONSchema(request, { io: 'input', unrepresentable: 'any' });

/** Reading a device that is not configured: the last step before it is. */
export const probeRoutes: AddRoutes = (app, { gateway, options, reply }) => {
  let probing = false;
  let left = AT_ONCE;
  let counted = options.clock.now();
  const refusals = retryLimit(options.clock, {
    why: (wait) =>
      `the device there refused a password: no other one is tried for ten minutes; the next probe may follow in ${wait} s`,
    hint: 'meters lock themselves after a few wrong passwords: look for the right one meanwhile',
  });

  /** Throws when somebody probes already, or too often. */
  const admit = (): void => {
    if (probing)
      throw new Refusal('refused', 'another device is being probed', {
        hint: 'wait until that is over, or cancel it',
      });
    const now = options.clock.now();
    left = Math.min(AT_ONCE, left + (now - counted) / EARNED);
    counted = now;
    if (left < 1) {
      const wait = Math.ceil(((1 - left) * EARNED) / 1000);
      throw new Refusal('too_many', `too many probes: the next one may follow in ${wait} s`, {
        headers: { 'Retry-After': String(wait) },
      });
    }
    left--;
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/probe',
      summary: 'Reads a device that is not configured, with read-only questions',
      description:
        'Link, line and device are written as in the configuration. On a line that the gateway polls, the questions wait for gaps. Closing the connection cancels it. One goes on at a time. Where a device refused a password, none is sent to its link and address for ten minutes: 429.',
      request: {
        body: body(request.openapi('ProbeRequest', { properties, required } as object)), // JSON Schema of zod's own making
      },
      responses: answers(probe, 'What answered, and its values; groups that failed stand under `faults`'),
    }),
    async (c) => {
      // As it was written: what the check made of it has times in milliseconds, which would be read as seconds.
      const { budget = BUDGET, ...written } = await c.req.json<ProbeInput & { readonly budget?: number }>();
      const bus = probeBus(written, catalog, portOf);
      const device = passwordGoesTo(bus);
      if (device !== undefined) refusals.check(device);
      admit();
      probing = true;
      try {
        const probed = await gateway.probe(
          {
            bus,
            budget: budget * 1000,
            ...(device === undefined ? {} : { onRefused: () => refusals.count(device) }),
          },
          c.req.raw.signal,
        );
        return reply<ApiProbe>(c, probeDocument(probed));
      } finally {
        probing = false;
      }
    },
  );
};

/** Where a password would be sent, the one from the factory included: a link and an address; undefined where none is. */
function passwordGoesTo({ link, devices: [device] }: BusConfig): string | undefined {
  if (device === undefined || !takesPassword(device, catalog)) return undefined;
  const { address, access } = device;
  // Left out, to be found or 0, it is whoever hears.
  return `${portOf(link) ?? link} ${access.address ?? (typeof address === 'number' ? address : 0)}`;
}

function probeDocument({ device, address, line, reading, shared }: Probed): ApiProbe {
  const member = memberOf({ name: PROBE, bus: shared ?? PROBE, device, address, periods: {}, allow: [] });
  const text = (role: Role): string | undefined => {
    const found = fieldWithRole(member.groups, role);
    const value = found === undefined ? undefined : reading.groups[found.group.name]?.[found.field.name];
    return value === null || typeof value === 'object' ? undefined : value?.toString();
  };
  const [model, serial] = [text('model'), text('serial_number')];
  return {
    member: describeMember(member),
    line: lineText(line),
    ...(model === undefined ? {} : { model }),
    ...(serial === undefined ? {} : { serial_number: serial }),
    at: reading.at,
    values: reading.groups,
    faults: Object.fromEntries(
      Object.entries(reading.faults).map(([name, { code, message, hint }]) => [
        name,
        { code, message, ...(hint === undefined ? {} : { hint }) },
      ]),
    ),
    ...(shared === undefined ? {} : { shared }),
  };
}
