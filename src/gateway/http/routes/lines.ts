import { createRoute, z } from '@hono/zod-openapi';
import { printCapture } from '../../../core/capture.ts';
import { reportJson } from '../../../core/report.ts';
import { Fault } from '../../../core/fault.ts';
import type { ApiLine, ApiUtterance } from '../../../core/site/api.ts';
import type { FrameMonitor } from '../../../core/frame-monitor.ts';
import { lineDocument } from '../documents.ts';
import { Refusal } from '../failure.ts';
import { type FrameFeed, frameFeed } from '../frames.ts';
import { line, reading, utterance } from '../schemas-work.ts';
import { type AddRoutes, answers, body, memberNamed, streaming, type Tools } from '../tools.ts';

/** Utterances that are explained before others get a turn. */
const AT_ONCE = 10;

const bus = z.object({ bus: z.string() });

/** Lines: how they are, what goes over them, and reading over them now. */
export const lineRoutes: AddRoutes = (app, tools) => {
  const { gateway, options, audience, scrub, explain, reply } = tools;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/lines',
      summary: 'The lines: use, counters, polling of each device',
      responses: answers(z.array(line), 'The lines'),
    }),
    (c) => reply<readonly ApiLine[]>(c, gateway.lines().map(lineDocument)),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/lines/{bus}/frames',
      summary: 'The last frames on a line, explained',
      request: {
        params: bus,
        query: z.strictObject({
          after: z.coerce.number().int().min(0).default(0).openapi({ description: 'Only after this number' }),
          limit: z.coerce.number().int().min(1).max(256).default(100),
        }),
      },
      responses: answers(z.array(utterance), 'What was said, oldest first'),
    }),
    async (c) => {
      const name = c.req.valid('param').bus;
      const { after, limit } = c.req.valid('query');
      const wanted = monitorOf(tools, name)
        .recent()
        .filter(({ number }) => number > after)
        .slice(-limit);
      const devices = gateway.devicesOn(name);
      const documents: ApiUtterance[] = [];
      for (const [place, one] of wanted.entries()) {
        if (place % AT_ONCE === AT_ONCE - 1) await new Promise(setImmediate);
        documents.push(explain(one, devices));
      }
      return reply<readonly ApiUtterance[]>(c, documents);
    },
  );

  const feeds = new WeakMap<FrameMonitor, FrameFeed>();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/lines/{bus}/frames/live',
      summary: 'Frames on a line as they go, explained, as server-sent events',
      request: {
        params: bus,
        headers: z.object({ 'last-event-id': z.string().optional() }),
      },
      responses: answers(utterance, 'Events `frame`; the schema is that of their data', 'text/event-stream'),
    }),
    (c) => {
      const name = c.req.valid('param').bus;
      const monitor = monitorOf(tools, name);
      let feed = feeds.get(monitor);
      if (feed === undefined) {
        feed = frameFeed({
          monitor,
          clock: options.clock,
          devices: () => gateway.devicesOn(name),
          explain,
          audience,
          json: scrub.json,
        });
        feeds.set(monitor, feed);
      }
      const last = c.req.valid('header')['last-event-id'];
      return streaming(c, feed.open(/^\d{1,15}$/.test(last ?? '') ? Number(last) : undefined));
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/lines/{bus}/capture',
      summary: 'The last frames on a line as a capture file, for busbar replay and busbar decode',
      request: { params: bus },
      responses: answers(z.string(), 'The capture', 'text/plain'),
    }),
    (c) => {
      const name = c.req.valid('param').bus;
      const capture = captureOf(tools, name);
      const day = new Date(options.clock.date()).toISOString().slice(0, 10);
      return c.body(capture, 200, {
        'Content-Type': 'text/plain; charset=utf-8',
        // The name of a bus that is there is one of the configuration: letters, digits, - and _.
        'Content-Disposition': `attachment; filename="${name}-${day}.cap"`,
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/read',
      summary: 'Reads a member now, between our polls',
      request: {
        body: body(
          z.strictObject({
            member: z.string(),
            groups: z
              .array(z.string())
              .min(1)
              .max(100)
              .optional()
              .openapi({ description: 'All where none are named' }),
            raw: z.boolean().default(false).openapi({ description: 'With codes that nobody has explained' }),
          }),
        ),
      },
      responses: answers(reading, 'What was read; groups that failed stand under `faults`'),
    }),
    async (c) => {
      const { member: name, groups, raw } = c.req.valid('json');
      const member = memberNamed(tools, name);
      const stranger = groups?.find((wanted) => !member.groups.some((group) => group.name === wanted));
      if (stranger !== undefined) {
        throw new Fault('config', `${name} has no group '${stranger}'`, {
          hint: `it has ${member.groups.map((group) => group.name).join(', ')}`,
        });
      }
      const { make, address } = member;
      if (make === undefined || address === undefined)
        throw new Refusal('refused', `${name} is no device: its values are computed from others`);
      const read = await gateway.readNow(name, groups, c.req.raw.signal);
      const report = { ...read, device: { ...make, groups: member.groups }, address };
      return reply<Record<string, unknown>>(c, reportJson(report, raw));
    },
  );
};

/** What goes over the bus of that name. */
function monitorOf({ gateway }: Tools, name: string): FrameMonitor {
  const monitor = gateway.frames(name);
  if (monitor !== undefined) return monitor;
  throw new Refusal('not_found', `there is no bus '${name}'`, {
    hint: `there are ${gateway
      .lines()
      .map((one) => one.name)
      .join(', ')}`,
    where: 'param.bus',
  });
}

/** What a line's monitor holds, as a capture; secrets starred. */
export function captureOf(tools: Tools, name: string): string {
  const { gateway, scrub } = tools;
  const said = monitorOf(tools, name).recent();
  const start = said[0]?.at ?? 0;
  const devices = [...new Set(gateway.devicesOn(name).map(({ id }) => id))];
  return printCapture({
    header: {
      ...(devices[0] === undefined ? {} : { device: devices.join(', ') }),
      origin: `gateway ${gateway.version}, bus ${name}`,
      ...(said[0] === undefined ? {} : { begin: new Date(start).toISOString() }),
    },
    // The calendar may have been set back meanwhile.
    entries: said.map(({ at, direction, bytes }) => ({
      at: Math.max(0, at - start) / 1000,
      direction,
      bytes: scrub.bytes(bytes),
    })),
  });
}
