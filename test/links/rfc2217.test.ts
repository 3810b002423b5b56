import { connect as dial, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ascii, hex } from '../../src/core/bytetext.ts';
import { line, lineText } from '../../src/core/line.ts';
import { rfc2217ListenLink, type ServedChannel } from '../../src/node/rfc2217-listen.ts';
import { rfc2217Link } from '../../src/node/rfc2217.ts';
import { socketChannel } from '../../src/node/socket-channel.ts';
import { linkContract } from './contract.ts';
import { never, reader, within } from './harness.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const bytes = (pairs: string): Uint8Array =>
  Uint8Array.from(pairs.split(' '), (pair) => Number.parseInt(pair, 16));

linkContract('rfc2217 client and server', async () => {
  const server = rfc2217ListenLink({ port: 0 });
  const port = await server.listening();
  const link = rfc2217Link({ host: '127.0.0.1', port });
  let far: Promise<ServedChannel> | undefined;
  return {
    link: {
      ...link,
      connect: async (wanted, signal) => {
        await far?.then((old) => old.close()); // one client at a time; it may not know yet that the last one left
        far = signal.aborted ? undefined : server.connect(line(9600), never);
        return link.connect(wanted, signal);
      },
    },
    far: () => far ?? Promise.reject(new Error('not connected')),
    lose: async () => (await far)?.close(),
    restore: () => Promise.resolve(),
    close: async () => {
      await server.shut();
      await far?.then((channel) => channel.close()).catch(() => undefined);
    },
  };
});

test('the client puts the line in force, on connect and later, and the server tells its owner', async () => {
  const server = rfc2217ListenLink({ port: 0 });
  cleanup.push(() => server.shut());
  const port = await server.listening();
  const serving = server.connect(line(115200), never);
  const near = await rfc2217Link({ host: '127.0.0.1', port }).connect(line(300, '7E1'), never);
  cleanup.push(() => near.close());
  const far = await serving;
  expect(lineText(far.line)).toBe('300 7E1');
  const told: string[] = [];
  far.onLine((now) => told.push(lineText(now)));
  await near.setLine?.(line(9600, '7E1'));
  expect(told).toEqual(['9600 7E1']); // only what changes is sent
  await near.setLine?.(line(9600, '7E1'));
  expect(told).toHaveLength(1);
  await near.setLine?.(line(19200, '8N2'));
  expect(lineText(far.line)).toBe('19200 8N2');
});

test('baud rate and format of the link go before what the device wants', async () => {
  const server = rfc2217ListenLink({ port: 0 });
  cleanup.push(() => server.shut());
  const port = await server.listening();
  const serving = server.connect(line(115200), never);
  const link = rfc2217Link({ host: '127.0.0.1', port, baud: 2400, format: '8E1' });
  const near = await link.connect(line(300, '7E1'), never);
  cleanup.push(() => near.close());
  expect(lineText((await serving).line)).toBe('2400 8E1');
  await near.setLine?.(line(9600));
  expect(lineText((await serving).line)).toBe('2400 8E1');
});

test('a line change waits for the characters already written: 30 at 300 baud 7E1 are 1 s', async () => {
  const server = rfc2217ListenLink({ port: 0 });
  cleanup.push(() => server.shut());
  const port = await server.listening();
  const serving = server.connect(line(115200), never);
  const near = await rfc2217Link({ host: '127.0.0.1', port }).connect(line(300, '7E1'), never);
  cleanup.push(() => near.close());
  const far = await serving;
  const start = performance.now();
  await near.write(new Uint8Array(30).fill(0x41));
  await reader(far).take(30);
  await near.setLine?.(line(9600, '7E1'));
  expect(performance.now() - start).toBeGreaterThanOrEqual(999);
});

/** A foreign client by hand: bytes from the RFC out, bytes expected from the RFC back. */
test('the server answers a foreign client in the words of RFC 2217', async () => {
  const server = rfc2217ListenLink({ port: 0 });
  cleanup.push(() => server.shut());
  const port = await server.listening();
  const serving = server.connect(line(9600), never);
  const socket = dial({ port, host: '127.0.0.1' });
  await new Promise((resolve) => socket.once('connect', resolve));
  const raw = socketChannel(socket, { peer: 'server' });
  cleanup.push(() => raw.close());
  const answers = reader(raw);
  const ask = async (out: string, back: string): Promise<void> => {
    await raw.write(bytes(out));
    expect(hex(await answers.take(back.split(' ').length))).toBe(back);
  };
  await ask('FF FB 2C', 'FF FD 2C'); // WILL COM-PORT-OPTION: DO
  await ask('FF FD 00', 'FF FB 00'); // DO binary: WILL
  await ask('FF FB 00', 'FF FD 00'); // WILL binary: DO
  await ask('FF FB 18', 'FF FE 18'); // WILL terminal type: DONT
  await ask('FF FA 2C 00 FF F0', 'FF FA 2C 64 62 75 73 62 61 72 FF F0'); // signature: 100 and a text
  await ask('FF FA 2C 01 00 00 01 2C FF F0', 'FF FA 2C 65 00 00 01 2C FF F0'); // 300 baud
  await ask('FF FA 2C 02 07 FF F0', 'FF FA 2C 66 07 FF F0'); // 7 data bits
  await ask('FF FA 2C 03 03 FF F0', 'FF FA 2C 67 03 FF F0'); // even
  await ask('FF FA 2C 04 01 FF F0', 'FF FA 2C 68 01 FF F0'); // 1 stop bit
  await ask('FF FA 2C 02 05 FF F0', 'FF FA 2C 66 07 FF F0'); // 5 data bits: no, still 7
  await ask('FF FA 2C 01 00 00 00 00 FF F0', 'FF FA 2C 65 00 00 01 2C FF F0'); // which baud rate is it?
  await ask('FF FA 2C 05 08 FF F0', 'FF FA 2C 69 08 FF F0'); // DTR on
  await ask('FF FA 2C 0C 03 FF F0', 'FF FA 2C 70 03 FF F0'); // purge both
  const far = await serving;
  expect(lineText(far.line)).toBe('300 7E1');
  await raw.write(bytes('2F FF FF 0D 00'));
  expect(hex(await reader(far).take(4))).toBe('2F FF 0D 00');
  await far.write(bytes('FF 0D 41'));
  expect(hex(await answers.take(4))).toBe('FF FF 0D 41');
});

test('a plain client sees plain bytes: the server negotiates nothing by itself', async () => {
  const server = rfc2217ListenLink({ port: 0 });
  cleanup.push(() => server.shut());
  const port = await server.listening();
  const serving = server.connect(line(9600), never);
  const socket = dial({ port, host: '127.0.0.1' });
  const raw = socketChannel(socket, { peer: 'server' });
  cleanup.push(() => raw.close());
  const far = await serving;
  await far.write(ascii('~2002'));
  expect(await reader(raw).take(5)).toEqual(ascii('~2002'));
});

/** A server that answers each chunk with what the function makes of it. */
async function scripted(answer: (chunk: Buffer, socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        answer(chunk, socket);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const open = (port: number): Promise<unknown> =>
  within(
    rfc2217Link({ host: '127.0.0.1', port }, { timeout: 200 }).connect(line(9600), never),
    5000,
    'an outcome',
  );

test('a server that is silent, refuses, hangs up, or sets something else: each told apart', async () => {
  const mute = await scripted(() => undefined);
  await expect(open(mute)).rejects.toMatchObject({
    code: 'link',
    message: expect.stringContaining('does not speak RFC 2217') as string,
    hint: expect.stringContaining('tcp://') as string,
  });
  const refusing = await scripted((chunk, socket) => {
    if (chunk.includes(Buffer.from('fffb2c', 'hex'))) socket.write(bytes('FF FE 2C')); // DONT COM-PORT
  });
  await expect(open(refusing)).rejects.toThrow('does not speak RFC 2217');
  const hangingUp = await scripted((_, socket) => socket.destroy());
  await expect(open(hangingUp)).rejects.toMatchObject({
    code: 'link',
    message: expect.stringContaining('closed the connection') as string,
  });
  const stubborn = await scripted((chunk, socket) => {
    if (chunk.includes(Buffer.from('fffb2c', 'hex'))) socket.write(bytes('FF FD 2C'));
    if (chunk.includes(Buffer.from('fffa2c01', 'hex'))) socket.write(bytes('FF FA 2C 65 00 00 4B 00 FF F0'));
  });
  await expect(open(stubborn)).rejects.toThrow('set baud rate 19200 instead of 9600');
  const halfDone = await scripted((chunk, socket) => {
    if (chunk.includes(Buffer.from('fffb2c', 'hex'))) socket.write(bytes('FF FD 2C'));
  });
  await expect(open(halfDone)).rejects.toThrow('no answer to baud rate 9600 within 200 ms');
});

test('cancelling during the negotiation is `cancelled`', async () => {
  const port = await scripted(() => undefined);
  const stop = new AbortController();
  const opening = rfc2217Link({ host: '127.0.0.1', port }).connect(line(9600), stop.signal);
  setTimeout(() => {
    stop.abort();
  }, 30);
  await expect(within(opening, 2000, 'the cancelling')).rejects.toMatchObject({ code: 'cancelled' });
});

test('a peer that negotiates without end is dropped', async () => {
  const port = await scripted((chunk, socket) => {
    if (!chunk.includes(Buffer.from('fffb2c', 'hex'))) return;
    socket.write(bytes('FF FD 2C'));
    socket.write(Buffer.alloc(3 * 2000, Buffer.from('fffd18', 'hex'))); // DO terminal type, 2000 times
  });
  await expect(open(port)).rejects.toMatchObject({ code: 'link' });
});
