import { connect as dial, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type BusConfig, configSchema } from '../../src/config/index.ts';
import type { Logger } from '../../src/core/site/index.ts';
import { catalog } from '../../src/devices/index.ts';
import energomera from '../../src/devices/energomera/energomera.ts';
import { lines } from '../../src/gateway/lines.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { openLink } from '../../src/node/parse-link.ts';
import { socketChannel } from '../../src/node/socket-channel.ts';
import { tcpListenLink } from '../../src/node/tcp-listen.ts';
import { openLine } from '../../src/open.ts';
import { site } from '../../src/simulator/index.ts';
import { until } from './harness.ts';

/** Converters that call one port, told apart by the serial number of the meter behind: over real sockets. */

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

/** A port that is free at the moment. */
async function freePort(): Promise<number> {
  const link = tcpListenLink({ bind: '127.0.0.1', port: 0, allow: [] });
  const port = await link.listening();
  await link.shut();
  return port;
}

/** Somebody who calls. */
interface Caller {
  readonly socket: Socket;
  /** What was said to it, without parity bits. */
  readonly heard: () => string;
  readonly hungUp: Promise<void>;
}

async function call(port: number): Promise<Caller> {
  for (;;) {
    const socket = dial({ port, host: '127.0.0.1' });
    cleanup.push(() => void socket.destroy());
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (heard += String.fromCharCode(...chunk.map((byte) => byte & 0x7f))));
    const hungUp = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const connected = new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)));
    if (await Promise.race([connected, hungUp.then(() => false)]))
      return { socket, heard: () => heard, hungUp };
    await new Promise((resolve) => setTimeout(resolve, 20)); // nobody listens yet
  }
}

/** A converter with a simulated meter behind it. */
async function meter(
  port: number,
  serial: string,
  more: { readonly address?: number; readonly password?: string } = {},
): Promise<Caller> {
  const { address, password } = more;
  const caller = await call(port);
  const world = site({
    clock: systemClock,
    seed: 1,
    devices: [
      {
        device: energomera,
        set: [['serial_number', serial]],
        ...(address === undefined ? {} : { address }),
        ...(password === undefined ? {} : { options: { password } }),
      },
    ],
  });
  cleanup.push(() => world.stop());
  world.serve(socketChannel(caller.socket, { peer: 'reader' })).catch(() => undefined); // it hung up
  return caller;
}

/** How many sessions were begun with somebody. */
const signOns = ({ heard }: Caller): number => heard().split('/?').length - 1;

const silent = (): void => undefined;

/** A gateway's lines at one port, and what was read: the last serial number of each member. */
async function gateway(
  port: number,
  buses: readonly { readonly serial: string; readonly address?: number }[],
) {
  const numbers = new Map<string, string>();
  const log: string[] = [];
  const told: Logger = { debug: silent, info: (text) => log.push(text), warn: silent, error: silent };
  const of = lines({
    catalog,
    clock: systemClock,
    log: () => told,
    openLink,
    passwords: { of: () => Promise.resolve(undefined), forget: () => undefined },
    events: {
      located: silent,
      measured: (name, _place, group, _at, { serial_number: number }) => {
        if (group.name === 'identity' && typeof number === 'string') numbers.set(name, number);
      },
      failed: silent,
    },
  });
  cleanup.push(() => of.close());
  const config = configSchema.parse({
    site: 'home',
    buses: buses.map(({ serial, ...device }, index) => ({
      name: `bus${index}`,
      link: `tcp-listen://127.0.0.1:${port}?serial=${serial}`,
      devices: [{ name: `m${index}`, device: 'energomera', poll: { identity: '1s' }, ...device }],
    })),
  });
  const list: readonly BusConfig[] = config.buses;
  await of.apply(list);
  return { numbers, log, close: () => of.close() };
}

const BOTH = [{ serial: '11111111' }, { serial: '22222222' }];
const RIGHT = { m0: '11111111', m1: '22222222' };

test.each([
  ['11111111', '22222222'],
  ['22222222', '11111111'],
])('two meters that call one port each come to their own bus: %s first', async (first, second) => {
  const port = await freePort();
  const { numbers } = await gateway(port, BOTH);
  await meter(port, first);
  await until(() => numbers.size === 1, 'the first meter');
  await meter(port, second);
  await until(() => numbers.size === 2, 'both meters');
  expect(Object.fromEntries(numbers)).toEqual(RIGHT);
});

test('after both were lost they may come back in another order, or at once', async () => {
  const port = await freePort();
  const { numbers } = await gateway(port, BOTH);
  const before = await Promise.all([meter(port, '11111111'), meter(port, '22222222')]);
  await until(() => numbers.size === 2, 'both meters');
  for (const { socket } of before) socket.destroy();
  numbers.clear();
  await Promise.all([meter(port, '22222222'), meter(port, '11111111')]);
  await until(() => numbers.size === 2, 'both meters again', 20_000);
  expect(Object.fromEntries(numbers)).toEqual(RIGHT);
}, 40_000);

test('a meter that calls again replaces its old connection', async () => {
  const port = await freePort();
  const { numbers } = await gateway(port, BOTH);
  const old = await meter(port, '22222222');
  await until(() => numbers.has('m1'), 'the meter');
  numbers.clear();
  await meter(port, '22222222');
  await old.hungUp;
  await until(() => numbers.has('m1'), 'the meter anew', 20_000);
  expect(Object.fromEntries(numbers)).toEqual({ m1: '22222222' });
}, 40_000);

test('who is silent or foreign in between disturbs nobody, and is asked by one bus for all', async () => {
  const port = await freePort();
  const { numbers, log } = await gateway(port, BOTH);
  const mute = await call(port);
  const foreign = await meter(port, '99999999');
  const other = await call(port);
  other.socket.write('GET / HTTP/1.1\r\n\r\n');
  await meter(port, '22222222');
  await meter(port, '11111111');
  await until(() => numbers.size === 2, 'both meters', 20_000);
  expect(Object.fromEntries(numbers)).toEqual(RIGHT);
  await foreign.hungUp;
  // The identification has no check: it is seen in two sessions. Another two would be those of the other bus.
  expect(signOns(foreign)).toBe(2);
  await Promise.all([mute.hungUp, other.hungUp]);
  // One sign-on at each of 9600 and 300 baud
  expect(signOns(mute)).toBe(2);
  expect(log.join('\n')).toContain('serial number 99999999, which no link expects');
}, 40_000);

test('meters with addresses of their own: each bus asks at its address', async () => {
  const port = await freePort();
  const { numbers } = await gateway(port, [
    { serial: '11111111', address: 111 },
    { serial: '22222222', address: 222 },
  ]);
  await meter(port, '22222222', { address: 222 });
  await meter(port, '11111111', { address: 111 });
  await until(() => numbers.size === 2, 'both meters', 30_000);
  expect(Object.fromEntries(numbers)).toEqual(RIGHT);
}, 40_000);

test('who refuses the password hears it once, and nobody from there is asked again for a while', async () => {
  const port = await freePort();
  await gateway(port, BOTH);
  const locked = await meter(port, '11111111', { password: '123456' });
  await locked.hungUp;
  // 777777 is what such meters leave the factory with
  expect(locked.heard().split('(777777)').length - 1).toBe(1);
  const again = await meter(port, '11111111', { password: '123456' });
  await again.hungUp;
  expect(again.heard()).toBe('');
});

test('the library finds its meter so too', async () => {
  const port = await freePort();
  const line = openLine(`tcp-listen://127.0.0.1:${port}?serial=22222222`);
  cleanup.push(() => line.close());
  const device = await line.device('energomera');
  const reading = device.read(['identity']);
  await meter(port, '11111111');
  await meter(port, '22222222');
  expect((await reading).groups.identity).toMatchObject({ serial_number: '22222222' });
});

test('where nobody can ask, and where match= says it already, the text is refused', () => {
  const link = 'tcp-listen://18899?serial=12345678';
  expect(() => openLink(link)).toThrow('needs a device that can be asked');
  expect(() => openLink(`${link}&match=imei:1`)).toThrow('both say which caller is meant');
  expect(() => openLink('tcp-listen://18899?serial=%20')).toThrow('is no serial number');
});
