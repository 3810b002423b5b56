import { join } from 'node:path';
import { afterEach, beforeAll, it } from 'vitest';
import { parseStreamMessage } from '../../src/core/site/index.ts';
import { mqttOutput } from '../../src/outputs/mqtt.ts';
import { natsOutput } from '../../src/outputs/nats/index.ts';
import { has, scratch, until } from '../links/harness.ts';
import { bystander, mosquitto } from './mosquitto.ts';
import { DEFAULTS } from './mqtt-rig.ts';
import { natsServer } from './nats-server.ts';
import { byDevice, type Case, once, pause, type Sample, survives } from './outage.ts';

/** Brokers that are away for an hour, killed and frozen: those who listen hear everything, in order. */
const cleanup: (() => unknown)[] = [];
let folder = '';
beforeAll(async () => {
  const made = await scratch();
  folder = made.path;
  return () => made.remove();
});
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const ofStream = (texts: readonly string[]): ReadonlyMap<string, readonly Sample[]> =>
  byDevice(
    texts
      .map((text) => parseStreamMessage(text))
      .map(({ device, at, values }) => [device, Date.parse(at), Number(values.voltage)] as const),
  );

const CASES: readonly Case[] = [
  {
    name: 'mosquitto',
    able: has('mosquitto', ['-h'], 'an outage of mosquitto'),
    start: async () => {
      const server = await mosquitto(join(folder, 'mosquitto'), [
        'allow_anonymous true',
        'autosave_interval 1',
        'max_queued_messages 0',
        'max_inflight_messages 1000',
        'set_tcp_nodelay true',
      ]);
      cleanup.push(server.kill);
      const listener = await bystander(server.url, {}, 'busbar/home/stream/#');
      cleanup.push(listener.close);
      return {
        ...server,
        output: (context) =>
          mqttOutput(
            { ...DEFAULTS, url: server.url, stream: true, backfill_rate: 100_000 },
            context,
            '1.2.3',
          ),
        // It saves once in a second, or two, and at first has nobody to save for.
        settle: () => pause(3_500),
        samples: async () => {
          let before = -1;
          await until(
            async () => {
              const [now, last] = [listener.heard.length, before];
              before = now;
              await pause(500);
              return now === last;
            },
            'silence',
            30_000,
          );
          return ofStream(
            once(
              listener.heard.map(({ text }) => {
                const { gateway, seq } = parseStreamMessage(text);
                return [`${gateway}/${seq}`, text];
              }),
            ),
          );
        },
      };
    },
  },
  {
    name: 'nats-server',
    able: has('nats-server', ['-v'], 'an outage of NATS'),
    start: async () => {
      const server = await natsServer(folder, 'nats');
      cleanup.push(server.kill);
      return {
        ...server,
        output: (context) =>
          natsOutput(
            { servers: [server.url], prefix: 'busbar', stream: 'BUSBAR', create: true },
            context,
            '1.2.3',
          ),
        // Not by key: the stream itself must have dropped what came twice.
        samples: async () =>
          ofStream(
            (await server.kept())
              .filter(({ subject }) => subject.includes('.stream.'))
              .map(({ text }) => text),
          ),
      };
    },
  },
];

it.each(CASES.filter(({ able }) => able))(
  'an hour without $name, then random blows: every sample is there once, in order',
  { timeout: 120_000 },
  async ({ start }) => survives(await start()),
);
