import { createRoute, z } from '@hono/zod-openapi';
import type { ApiPort, ApiScanEvent } from '../../../core/site/api.ts';
import { listPorts, type PortInfo } from '../../../node/serial-list.ts';
import { Refusal } from '../failure.ts';
import { progressStream } from '../progress.ts';
import { port, scanEvent } from '../schemas-work.ts';
import { type AddRoutes, answers, body, streaming } from '../tools.ts';

/** Looking for devices: serial ports, and what answers on them. */
export const scanRoutes: AddRoutes = (app, { gateway, options, audience, scrub, reply }) => {
  let scanning = false;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/ports',
      summary: 'The serial ports of this machine',
      responses: answers(z.array(port), 'The ports'),
    }),
    async (c) => {
      const lines = gateway.lines();
      const ports = await (options.ports ?? listPorts)();
      return reply<readonly ApiPort[]>(
        c,
        ports.map((one) => {
          const user = lines.find(({ link }) =>
            [one.path, one.byId].some((path) => path !== undefined && isLinkOf(link, path)),
          );
          return portDocument(one, user?.name);
        }),
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/scan',
      summary: 'Looks for devices with read-only questions, as server-sent events',
      description: 'Closing the connection cancels the search. One search goes on at a time.',
      request: {
        body: body(
          z.strictObject({
            links: z
              .array(z.string().min(1).max(500))
              .max(50)
              .default([])
              .openapi({ description: 'Where to search; left out: every serial port that is free' }),
            device: z.string().optional().openapi({ description: 'Only this device or family' }),
            budget: z.number().min(1).max(3_600).default(60).openapi({ description: 'Seconds' }),
          }),
        ),
      },
      responses: answers(
        scanEvent,
        'Events `step` and `hit`, then `end` or `error`; the schema is that of their data',
        'text/event-stream',
      ),
    }),
    (c) => {
      const { scan, log } = options;
      if (scan === undefined) throw new Refusal('not_found', 'this gateway cannot search for devices');
      const { links, device, budget } = c.req.valid('json');
      if (scanning) {
        throw new Refusal('refused', 'a search is going on already', {
          hint: 'wait until it is over, or cancel it',
        });
      }
      scanning = true;
      const stream = progressStream<ApiScanEvent>(
        audience,
        scrub.json,
        (error) => log.error(`searching for devices: ${String(error)}`),
        async ({ tell, signal }) => {
          try {
            const { hits, yaml } = await scan(
              { links, budget: budget * 1000, ...(device === undefined ? {} : { device }) },
              {
                step: (text, done, total) =>
                  tell(
                    {
                      what: 'step',
                      text,
                      ...(done === undefined ? {} : { done }),
                      ...(total === undefined ? {} : { total }),
                    },
                    true,
                  ),
                hit: (hit) => tell({ what: 'hit', hit }),
              },
              signal,
            );
            tell({ what: 'end', hits, yaml });
          } finally {
            scanning = false;
          }
        },
      );
      return streaming(c, stream);
    },
  );
};

/** Whether a configured link is that port: `/dev/ttyUSB0`, `serial:/dev/ttyUSB0?baud=9600`. */
function isLinkOf(link: string, path: string): boolean {
  return link.replace(/^serial:/, '').split('?')[0] === path;
}

function portDocument(of: PortInfo, user: string | undefined): ApiPort {
  const { path, byId, manufacturer, product, serialNumber, group, allowed } = of;
  return {
    path,
    ...(byId === undefined ? {} : { by_id: byId }),
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(product === undefined ? {} : { product }),
    ...(serialNumber === undefined ? {} : { serial_number: serialNumber }),
    allowed,
    ...(user === undefined ? {} : { used_by: user }),
    ...(allowed
      ? {}
      : { hint: `no permission; sudo usermod -aG ${group ?? 'dialout'} $USER, then log in again` }),
  };
}
