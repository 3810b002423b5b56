import { connect as dial, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import type { Channel } from '../../src/core/link.ts';
import { DIAL_IN_LIMITS } from '../../src/node/dial-in.ts';
import { isPeerPattern, peerFilter, plainAddress } from '../../src/node/peer-filter.ts';
import { socketChannel } from '../../src/node/socket-channel.ts';
import {
  tcpListenLink,
  type ListenLink,
  type TcpListenAddress,
  type TcpListenOptions,
} from '../../src/node/tcp-listen.ts';
import { linkContract } from './contract.ts';
import { never, reader, until } from './harness.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

/** A listening link on the loopback; what it logs is kept. */
function listener(
  address: Partial<TcpListenAddress> = {},
  options: TcpListenOptions = {},
): { readonly link: ListenLink; readonly log: string[] } {
  const log: string[] = [];
  const link = tcpListenLink(
    { bind: '127.0.0.1', port: 0, allow: [], ...address },
    { log: (text) => log.push(text), ...options },
  );
  cleanup.push(() => link.shut());
  return { link, log };
}

/** A converter that calls, from a loopback address of its own (all of 127.0.0.0/8 is this machine on Linux). */
async function call(port: number, from = '127.0.0.1', greeting = ''): Promise<Socket> {
  const socket = dial({ port, host: '127.0.0.1', localAddress: from });
  cleanup.push(() => void socket.destroy());
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  if (greeting !== '') socket.write(greeting);
  return socket;
}

/** Resolves when the other side has closed the socket. */
function hungUp(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

const connect = (link: ListenLink): Promise<Channel> => link.connect(line(9600), never);

async function said(channel: Channel, socket: Socket, text: string): Promise<void> {
  socket.write(text);
  expect(await reader(channel).take(text.length)).toEqual(ascii(text));
}

linkContract('tcp-listen', async () => {
  const link = tcpListenLink({ bind: '127.0.0.1', port: 0, allow: [] });
  const port = await link.listening();
  let callers: Socket[] = [];
  let held = false;
  return {
    link: {
      ...link,
      connect: async (wanted, signal) => {
        const waiting = link.connect(wanted, signal);
        if (!held && !signal.aborted) {
          const socket = dial({ port, host: '127.0.0.1' }).on('error', () => undefined);
          callers.push(socket);
        }
        return waiting;
      },
    },
    far: async () => {
      const socket = callers.at(-1);
      if (socket === undefined) throw new Error('nobody called');
      if (socket.connecting) await new Promise((resolve) => socket.once('connect', resolve));
      return socketChannel(socket, { peer: 'near' });
    },
    lose: () => {
      for (const socket of callers) socket.destroy();
      callers = [];
      return Promise.resolve();
    },
    restore: () => Promise.resolve(),
    stall: () => {
      held = true;
      return Promise.resolve();
    },
    close: async () => {
      for (const socket of callers) socket.destroy();
      await link.shut();
    },
  };
});

test('a caller that came before the connect is kept for it, and the port outlives a loss', async () => {
  const { link } = listener();
  const port = await link.listening();
  const socket = await call(port);
  const channel = await connect(link);
  await said(channel, socket, 'early bird');
  socket.destroy();
  await until(async () => (await channel.write(ascii('x')).catch(() => 'dead')) === 'dead', 'the loss');
  expect(await link.listening()).toBe(port);
  const again = await call(port);
  await said(await connect(link), again, 'back');
});

test('two converters told apart by address; one address goes before a range that holds it', async () => {
  const range = listener({ match: '127.0.0.0/8' });
  const port = await range.link.listening();
  const one = listener({ port, match: '127.0.0.2' });
  expect(await one.link.listening()).toBe(port);
  const channels = [connect(range.link), connect(one.link)];
  const two = await call(port, '127.0.0.2');
  const three = await call(port, '127.0.0.3');
  const [a, b] = await Promise.all(channels);
  if (a === undefined || b === undefined) throw new Error('no channel');
  await said(b, two, 'I am two');
  await said(a, three, 'I am three');
});

test('two converters told apart by registration text, which is not handed on', async () => {
  const first = listener({ match: 'imei:111' });
  const port = await first.link.listening();
  const second = listener({ port, match: 'imei:222' });
  await second.link.listening();
  const channels = [connect(first.link), connect(second.link)];
  const two = await call(port, '127.0.0.1', 'junk imei:2');
  const one = await call(port, '127.0.0.1', 'imei:111\r\nhello');
  two.write('22\r\nworld'); // the text may come in pieces
  const [a, b] = await Promise.all(channels);
  if (a === undefined || b === undefined) throw new Error('no channel');
  expect(await reader(a).take(5)).toEqual(ascii('hello'));
  expect(await reader(b).take(5)).toEqual(ascii('world'));
  expect(one.destroyed).toBe(false);
});

test('a caller without the registration text goes to the link that takes anybody, with all it said', async () => {
  const named = listener({ match: 'imei:111' }, { limits: { ...DIAL_IN_LIMITS, milliseconds: 100 } });
  const port = await named.link.listening();
  const other = listener({ port });
  await other.link.listening();
  const channel = connect(other.link);
  await call(port, '127.0.0.1', 'imei:999');
  expect(await reader(await channel).take(8)).toEqual(ascii('imei:999'));
});

test('a rebooted converter replaces its old connection', async () => {
  const { link } = listener({ match: 'imei:111' });
  const port = await link.listening();
  await call(port, '127.0.0.1', 'imei:111');
  const old = await connect(link);
  const reading = reader(old).end();
  const socket = await call(port, '127.0.0.4', 'imei:111'); // a modem comes back under another address
  expect(await reading).toMatchObject({ code: 'link', hint: expect.stringContaining('restarted') as string });
  await expect(old.write(ascii('x'))).rejects.toMatchObject({ code: 'link' });
  await said(await connect(link), socket, 'after the boot');
});

test('without match, a second address does not take the line from a converter that talks', async () => {
  const { link, log } = listener({}, { silentAfter: 0 });
  const port = await link.listening();
  const socket = await call(port, '127.0.0.2');
  const channel = await connect(link);
  const reading = reader(channel);
  socket.write('alive');
  await reading.take(5);
  await hungUp(await call(port, '127.0.0.3'));
  expect(log.at(-1)).toContain('127.0.0.2 is connected already');
  const rebooted = await call(port, '127.0.0.2');
  expect(await reading.end()).toMatchObject({ code: 'link' });
  await said(await connect(link), rebooted, 'the same again');
});

test('without match, a silent stranger does not keep the converter out', async () => {
  const { link } = listener({}, { silentAfter: 0 });
  const port = await link.listening();
  await call(port, '127.0.0.9'); // says nothing
  const taken = await connect(link);
  const socket = await call(port, '127.0.0.2');
  expect(await reader(taken).end()).toMatchObject({ code: 'link' });
  await said(await connect(link), socket, 'the true one');
});

test('strangers are refused, counted, and logged once', async () => {
  const { link, log } = listener({ allow: ['127.0.0.2', '10.0.0.0/8'] });
  const port = await link.listening();
  const waiting = connect(link);
  for (let knock = 0; knock < 3; knock++) await hungUp(await call(port, '127.0.0.9'));
  expect(link.strangers.get('127.0.0.9')).toBe(3);
  expect(log).toEqual([`port ${port}: refused a connection from 127.0.0.9: its address is not allowed`]);
  const socket = await call(port, '127.0.0.2');
  await said(await waiting, socket, 'welcome');
});

test('a slow or talkative stranger is let go in bounded time and bytes; the log shows what it sent', async () => {
  const { link, log } = listener({ match: 'imei:111' }, { limits: { ...DIAL_IN_LIMITS, milliseconds: 150 } });
  const port = await link.listening();
  const waiting = connect(link);
  const slow = await call(port, '127.0.0.5');
  const drip = setInterval(() => slow.write('i'), 20); // slowloris: never silent, never done
  await hungUp(slow);
  clearInterval(drip);
  expect(log.at(-1)).toMatch(/127\.0\.0\.5: no registration text within 150 ms, it sent "i+"$/);
  await hungUp(await call(port, '127.0.0.6', 'x'.repeat(5000)));
  expect(log.at(-1)).toContain('no registration text in its first 1024 bytes, it sent "xxx');
  const socket = await call(port, '127.0.0.7', 'imei:111');
  await said(await waiting, socket, 'still open');
});

test('many waiting strangers do not keep the converter out, and their number is bounded', async () => {
  const limits = { callers: 4, callersFromOneAddress: 2, bytes: 64, milliseconds: 10_000 };
  const { link } = listener({ match: 'imei:111' }, { limits });
  const port = await link.listening();
  const crowd: Socket[] = [];
  for (const from of [2, 2, 2, 3, 3, 4, 4]) crowd.push(await call(port, `127.0.0.${from}`));
  const third = crowd[2];
  const oldest = crowd[0];
  if (third === undefined || oldest === undefined) throw new Error('no crowd');
  await hungUp(third); // its address had two already
  await hungUp(oldest); // made room for the newer ones
  const waiting = connect(link);
  const socket = await call(port, '127.0.0.7', 'imei:111');
  await said(await waiting, socket, 'through the crowd');
});

test('a taken port and a foreign address are explained', async () => {
  const { link } = listener();
  const port = await link.listening();
  const foreign = listener({ bind: '192.0.2.1' }); // RFC 5737: never an address of this machine
  await expect(foreign.link.listening()).rejects.toMatchObject({
    code: 'link',
    message: 'cannot listen on 192.0.2.1, port 0: EADDRNOTAVAIL',
  });
  const other = listener({ bind: '0.0.0.0', port });
  await expect(connect(other.link)).rejects.toMatchObject({
    code: 'link',
    hint: expect.stringContaining('ss -ltnp') as string,
  });
});

test('taking anybody is said once; shutting ends a waiting connect', async () => {
  const { link, log } = listener();
  await link.listening();
  const waiting = connect(link);
  const outcome = expect(waiting).rejects.toMatchObject({
    code: 'link',
    message: expect.stringContaining('shut') as string,
  });
  await until(() => log.length > 0, 'the warning');
  await expect(connect(link)).rejects.toThrow('in use');
  await link.shut();
  await outcome;
  expect(log).toEqual([
    `tcp-listen://127.0.0.1:0 takes anybody who connects for the converter; name it with match=, serial= or allow=`,
  ]);
});

test('the port closes some time after the last use', async () => {
  const { link } = listener({}, { linger: 50 });
  const port = await link.listening();
  await until(
    () =>
      new Promise((resolve) => {
        dial({ port, host: '127.0.0.1' })
          .on('connect', function (this: Socket) {
            this.destroy();
            resolve(false);
          })
          .on('error', () => resolve(true));
      }),
    'the port to close',
  );
});

test('addresses and ranges', () => {
  const filter = peerFilter(['10.1.0.0/16', '192.168.2.22', 'fd00::/8']);
  const inside = ['10.1.2.3', '::ffff:10.1.2.3', '192.168.2.22', 'fd12::1', 'fd12::1%eth0'];
  const outside = ['10.2.0.1', '192.168.2.23', 'fe80::1', '::ffff:10.2.0.1', 'nonsense', ''];
  expect(inside.filter((address) => !filter.matches(address))).toEqual([]);
  expect(outside.filter((address) => filter.matches(address))).toEqual([]);
  expect([peerFilter(['1.2.3.4']).single, peerFilter(['1.2.3.0/24']).single, filter.single]).toEqual([
    true,
    false,
    false,
  ]);
  expect(plainAddress('::ffff:1.2.3.4')).toBe('1.2.3.4');
  expect(
    ['1.2.3.4/33', '1.2.3', 'imei:1', '1.2.3.4/8/8', '::1/129', '1.2.3.4/x'].filter(isPeerPattern),
  ).toEqual([]);
  expect(() => peerFilter(['10.0.0.0/40'])).toThrow("'10.0.0.0/40' is neither");
});
