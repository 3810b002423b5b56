import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect as dial, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { Fault } from '../../src/core/fault.ts';
import { line } from '../../src/core/line.ts';
import { openPty } from '../../src/node/pty.ts';
import { rfc2217Link } from '../../src/node/rfc2217.ts';
import type { StreamChannel } from '../../src/node/stream-channel.ts';
import { linkContract } from './contract.ts';
import { has, never, reader, scratch, until } from './harness.ts';

/** Our RFC 2217 client against a server that is not ours: Debian's ser2net over a virtual port. */
const able =
  has('socat', ['-V'], 'the RFC 2217 client against ser2net') &&
  has('ser2net', ['-v'], 'the RFC 2217 client against ser2net');

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** ser2net in the foreground with one port; ready when it accepts. */
async function ser2net(config: string, port: number): Promise<() => Promise<void>> {
  const child = spawn('ser2net', ['-n', '-u', '-c', config], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until(
    () =>
      new Promise((resolve) => {
        const probe = dial({ port, host: '127.0.0.1' });
        probe.once('connect', () => {
          probe.destroy();
          probe.once('close', () => resolve(true));
        });
        probe.once('error', () => resolve(false));
      }),
    'ser2net to listen',
  );
  return async () => {
    child.kill('SIGKILL');
    await exited;
  };
}

interface Site {
  readonly port: number;
  readonly device: StreamChannel;
  lose(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

async function site(accepter = 'telnet(rfc2217),tcp'): Promise<Site> {
  const folder = await scratch();
  const path = join(folder.path, 'tty');
  const device = await openPty(path, never);
  const port = await freePort();
  const config = join(folder.path, 'ser2net.yaml');
  await writeFile(
    config,
    `connection: &meter\n  accepter: ${accepter},127.0.0.1,${port}\n  connector: serialdev,${path},9600n81,local\n`,
  );
  let stop = await ser2net(config, port);
  return {
    port,
    device,
    lose: () => stop(),
    restore: async () => {
      stop = await ser2net(config, port);
    },
    close: async () => {
      await stop();
      await device.close();
      await folder.remove();
    },
  };
}

/** ser2net serves one client at a time and lets go of the last one a moment after it left. */
function patient(link: ReturnType<typeof rfc2217Link>): ReturnType<typeof rfc2217Link> {
  return {
    ...link,
    connect: async (wanted, signal) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await link.connect(wanted, signal);
        } catch (thrown) {
          const refused =
            thrown instanceof Fault && /closed the connection|ECONNRESET|EPIPE/.test(thrown.message);
          if (!refused || attempt >= 20) throw thrown;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
  };
}

if (able) {
  linkContract('rfc2217 client against ser2net', async () => {
    const here = await site();
    return {
      link: patient(rfc2217Link({ host: '127.0.0.1', port: here.port })),
      far: () => Promise.resolve(here.device),
      lose: () => here.lose(),
      restore: () => here.restore(),
      close: () => here.close(),
    };
  });
}

describe.runIf(able)('rfc2217 client against ser2net', () => {
  test('changes the baud rate of an open port, from 300 to 9600, and the bytes around it arrive', async () => {
    const here = await site();
    cleanup.push(() => here.close());
    const near = await patient(rfc2217Link({ host: '127.0.0.1', port: here.port })).connect(line(300), never);
    cleanup.push(() => near.close());
    const device = reader(here.device);
    await near.write(ascii('/?!\r\n'));
    expect(await device.take(5)).toEqual(ascii('/?!\r\n'));
    await near.setLine?.(line(9600));
    await near.write(ascii('\x06051\r\n'));
    expect(await device.take(6)).toEqual(ascii('\x06051\r\n'));
    await here.device.write(ascii('/TPC5NEVAMT324.1106\r\n'));
    expect(await reader(near).take(21)).toEqual(ascii('/TPC5NEVAMT324.1106\r\n'));
  });

  test.each(['tcp', 'telnet,tcp'])('a server set to %s is told apart, with a hint', async (accepter) => {
    const here = await site(accepter);
    cleanup.push(() => here.close());
    const link = rfc2217Link({ host: '127.0.0.1', port: here.port }, { timeout: 300 });
    await expect(patient(link).connect(line(9600), never)).rejects.toMatchObject({
      code: 'link',
      message: expect.stringContaining('does not speak RFC 2217') as string,
      hint: expect.stringContaining('telnet(rfc2217)') as string,
    });
  });
});
