import { spawn } from 'node:child_process';
import { connect as dial, createServer, type Server, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { socketChannel } from '../../src/node/socket-channel.ts';
import { tcpLink } from '../../src/node/tcp.ts';
import { linkContract } from './contract.ts';
import { never, reader, within } from './harness.ts';

/** A converter in server mode: the sockets it accepted, in order. */
interface Converter {
  readonly port: number;
  accepted(): Promise<Socket>;
  close(): Promise<void>;
}

async function converter(port = 0): Promise<Converter> {
  const sockets: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const fresh: Socket[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined); // a reset by the test is no error of the test
    sockets.push(socket);
    const next = waiting.shift();
    if (next === undefined) fresh.push(socket);
    else next(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    accepted: () => {
      const socket = fresh.shift();
      return socket === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(socket);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

linkContract('tcp', async () => {
  let far = await converter();
  const { port } = far;
  return {
    link: tcpLink({ host: '127.0.0.1', port }),
    far: async () => {
      let socket = await far.accepted();
      while (socket.destroyed || socket.readableEnded) socket = await far.accepted();
      return socketChannel(socket, { peer: 'near' });
    },
    lose: () => far.close(),
    restore: async () => {
      far = await converter(port);
    },
    close: () => far.close(),
  };
});

test('a reset by the converter is a fault that says so', async () => {
  const far = await converter();
  const near = await tcpLink({ host: '127.0.0.1', port: far.port }).connect(line(9600), never);
  const end = reader(near).end();
  (await far.accepted()).resetAndDestroy();
  expect(await end).toMatchObject({
    code: 'link',
    hint: expect.stringContaining('only one client') as string,
  });
  await far.close();
});

test('a port where nobody listens: says what that means', async () => {
  const gone = await converter();
  await gone.close();
  await expect(
    tcpLink({ host: '127.0.0.1', port: gone.port }).connect(line(9600), never),
  ).rejects.toMatchObject({
    code: 'link',
    message: `cannot connect to 127.0.0.1:${gone.port}: ECONNREFUSED`,
    hint: expect.stringContaining('nothing listens on that port') as string,
  });
});

test('a name that does not exist: says so', async () => {
  // RFC 2606 keeps `.invalid` free of names for ever; a machine without any name server says EAI_AGAIN.
  await expect(
    tcpLink({ host: 'converter.invalid', port: 9999 }).connect(line(9600), never),
  ).rejects.toMatchObject({
    code: 'link',
    message: expect.stringMatching(
      /^cannot connect to converter\.invalid:9999: (ENOTFOUND|EAI_AGAIN)$/,
    ) as string,
    hint: expect.stringContaining('IP address') as string,
  });
});

test('an answer cut anywhere by the network arrives whole, with software parity where the device has 7 bits', async () => {
  const far = await converter();
  const near = await tcpLink({ host: '127.0.0.1', port: far.port }).connect(line(9600, '7E1'), never);
  const socket = await far.accepted();
  const peer = reader(socketChannel(socket, { peer: 'near' }));
  await near.write(ascii('/?!\r\n'));
  expect(await peer.take(5)).toEqual(Uint8Array.of(0xaf, 0x3f, 0x21, 0x8d, 0x0a)); // IEC 62056-21 through 8N1
  for (const byte of [0xaf, 0xd4, 0x50, 0xc3]) socket.write(Uint8Array.of(byte));
  expect(await reader(near).take(4)).toEqual(ascii('/TPC'));
  await near.close();
  await far.close();
});

test('a peer that takes nothing any more is noticed by the writer', async () => {
  const far = await converter();
  const near = await tcpLink({ host: '127.0.0.1', port: far.port }, { writePatience: 200 }).connect(
    line(9600),
    never,
  );
  (await far.accepted()).pause(); // a blackhole: the system's buffers fill up and stay full
  const megabyte = new Uint8Array(1 << 20);
  const flood = (async () => {
    for (let sent = 0; sent < 64; sent++) await near.write(megabyte);
  })();
  await expect(within(flood, 10_000, 'the writer to notice')).rejects.toMatchObject({
    code: 'link',
    hint: expect.stringContaining('half open') as string,
  });
  await near.close();
  await far.close();
});

test('a peer that sends without end is made to wait instead of filling the memory', async () => {
  const far = await converter();
  const near = await tcpLink({ host: '127.0.0.1', port: far.port }).connect(line(9600), never);
  const socket = await far.accepted();
  let accepted = 0;
  const chunk = new Uint8Array(65_536);
  const pump = (): void => {
    if (accepted < 400 * chunk.length)
      socket.write(chunk, () => {
        accepted += chunk.length;
        pump();
      });
  };
  pump();
  let last = -1;
  while (last !== accepted) {
    last = accepted;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  expect(accepted).toBeLessThan(400 * chunk.length); // 25 MiB offered: stuck long before
  const taking = reader(near);
  await taking.take(400 * chunk.length, 20_000); // and nothing of it is lost
  await near.close();
  await far.close();
});

/**
 * A machine that drops connection attempts without a word, as a firewall or a switched-off converter does: a process
 * that listens, never accepts, and whose queue of one is full.
 */
async function blackhole(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const script = `const s = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(s.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (text: Buffer) => {
      resolve(Number(text.toString()));
    }),
  );
  const fillers = Array.from({ length: 4 }, () =>
    dial({ port, host: '127.0.0.1' }).on('error', () => undefined),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    port,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test.runIf(process.platform === 'linux')(
  'connecting to nowhere ends at the time limit, or when cancelled',
  async () => {
    const hole = await blackhole();
    const link = tcpLink({ host: '127.0.0.1', port: hole.port }, { connectTimeout: 150 });
    await expect(link.connect(line(9600), never)).rejects.toMatchObject({
      code: 'link',
      message: `cannot connect to 127.0.0.1:${hole.port}: no answer within 150 ms`,
    });
    const stop = new AbortController();
    const waiting = tcpLink({ host: '127.0.0.1', port: hole.port }).connect(line(9600), stop.signal);
    setTimeout(() => {
      stop.abort();
    }, 30);
    await expect(within(waiting, 2000, 'the cancelling')).rejects.toMatchObject({ code: 'cancelled' });
    await hole.close();
  },
);
