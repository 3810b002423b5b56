import { afterEach, expect, it } from 'vitest';
import { domoticzSchema } from '../../src/config/outputs/domoticz.ts';
import { domoticzOutput } from '../../src/outputs/domoticz.ts';
import { webhookOutput } from '../../src/outputs/webhook.ts';
import { domoticzStandIn } from './domoticz-stand-in.ts';
import { byDevice, type Case, once, survives } from './outage.ts';
import { standIn } from './stand-in.ts';

/** Receivers of single requests that are away for an hour, cut off and frozen: each is told everything, in order. */
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const CASES: readonly Omit<Case, 'able'>[] = [
  {
    name: 'a webhook',
    start: async () => {
      const heard: (readonly [key: string, text: string])[] = [];
      const server = await standIn((request, response) => {
        let body = '';
        request.setEncoding('utf8');
        request.on('data', (part: string) => (body += part));
        request.on('end', () => {
          heard.push([String(request.headers['idempotency-key']), body]);
          response.end();
        });
      });
      cleanup.push(server.kill);
      return {
        ...server,
        output: (context) =>
          webhookOutput(
            {
              url: server.url,
              method: 'POST',
              what: ['readings'],
              severity: 'info',
              format: 'json',
              headers: {},
            },
            context,
            '1.2.3',
          ),
        samples: () =>
          Promise.resolve(
            byDevice(
              once(heard)
                // As `docs/webhook.md` has it.
                .map(
                  (text) => JSON.parse(text) as { device: string; at: string; values: { voltage: number } },
                )
                .map(({ device, at, values }) => [device, Date.parse(at), values.voltage] as const),
            ),
          ),
      };
    },
  },
  {
    name: 'Domoticz',
    start: async () => {
      const server = await domoticzStandIn();
      cleanup.push(server.kill);
      const HALF_HOUR = 1_800_000;
      const begin = Date.UTC(2026, 0, 1);
      const iso = (at: number): string => new Date(at).toISOString().slice(0, 19);
      return {
        ...server,
        output: (context) =>
          domoticzOutput(
            domoticzSchema.parse({ type: 'domoticz', url: server.url, create: true }),
            context,
            '1.2.3',
          ),
        make: (device, number) => {
          const at = begin + (number + 1) * HALF_HOUR;
          // In kWh, as meters have it; different for each of some weeks.
          return {
            ...{ device, group: 'profile', at, kind: 'archive' },
            values: { energy: (1 + number) / 1000, local: iso(at) },
          };
        },
        // As Domoticz keeps them: a row for each time, of which the last that came counts.
        samples: () =>
          Promise.resolve(
            byDevice(
              ['east', 'west'].flatMap((device) => {
                const rows = new Map<string, number>();
                let counted = 0;
                for (const value of server.named(`${device} Load profile`)?.values ?? []) {
                  const [counter = '', usage = '', time = ''] = value.slice(2).split(';');
                  expect(Number(counter), 'the counter never falls').toBeGreaterThanOrEqual(counted);
                  counted = Number(counter);
                  if (time.includes(' ')) rows.set(time, Number(usage) / 1000);
                }
                // Nothing is counted twice: 1 Wh, 2 Wh ... n Wh are n (n + 1) / 2.
                expect(counted).toBe((rows.size * (rows.size + 1)) / 2);
                return [...rows].map(
                  ([time, usage]) => [device, Date.parse(`${time.replace(' ', 'T')}Z`), usage] as const,
                );
              }),
            ),
          ),
      };
    },
  },
];

it.each(CASES)(
  'an hour without $name, then random blows: every sample is there once, in order',
  { timeout: 120_000 },
  async ({ start }) => survives(await start()),
);
