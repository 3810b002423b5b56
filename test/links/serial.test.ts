import { execFile } from 'node:child_process';
import { chmod, chown, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { openPty, ptyLink } from '../../src/node/pty.ts';
import { openWithSerialport } from '../../src/node/serial-native.ts';
import { openWithStty } from '../../src/node/serial-stty.ts';
import type { StreamChannel } from '../../src/node/stream-channel.ts';
import { chooseDriver, serialLink } from '../../src/node/serial.ts';
import { persistent } from '../../src/core/reconnect.ts';
import { linkContract } from './contract.ts';
import { has, never, reader, scratch, until } from './harness.ts';

const socat = has('socat', ['-V'], 'serial ports and virtual ports');

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

/** Drivers that work on this Node. */
const drivers: readonly ('native' | 'stty')[] =
  (await chooseDriver(process.versions.node, () => undefined)) === 'native' ? ['native', 'stty'] : ['stty'];

for (const driver of socat ? drivers : []) {
  linkContract(`serial by ${driver}`, async () => {
    const folder = await scratch();
    const path = join(folder.path, 'port');
    let far = await openPty(path, never);
    return {
      link: serialLink({ path, driver }),
      far: () => Promise.resolve(far),
      lose: () => far.close(),
      restore: async () => {
        far = await openPty(path, never);
      },
      close: async () => {
        await far.close();
        await folder.remove();
      },
    };
  });

  describe(`serial by ${driver}`, () => {
    async function port(): Promise<{
      readonly path: string;
      readonly far: Awaited<ReturnType<typeof openPty>>;
    }> {
      const folder = await scratch();
      cleanup.push(() => folder.remove());
      const path = join(folder.path, 'port');
      const far = await openPty(path, never);
      cleanup.push(() => far.close());
      return { path, far };
    }

    test('a line change keeps the channel and the bytes before it', async () => {
      const { path, far } = await port();
      const near = await serialLink({ path, driver }).connect(line(300, '7E1'), never);
      cleanup.push(() => near.close());
      const atFar = reader(far);
      const atNear = reader(near);
      await near.write(ascii('/?!\r\n'));
      await near.setLine?.(line(9600, '7E1'));
      expect(await atFar.take(5)).toEqual(ascii('/?!\r\n'));
      await near.setLine?.(line(9600, '8N1'));
      await near.write(ascii('after'));
      expect(await atFar.take(5)).toEqual(ascii('after'));
      await far.write(ascii('answer'));
      expect(await atNear.take(6)).toEqual(ascii('answer'));
    });

    test('a port that is open is not given to a second user', async () => {
      const { path } = await port();
      const near = await serialLink({ path, driver }).connect(line(9600), never);
      cleanup.push(() => near.close());
      await expect(serialLink({ path, driver }).connect(line(9600), never)).rejects.toMatchObject({
        code: 'link',
        message: `cannot open ${path}: EBUSY`,
        hint: expect.stringContaining('has the port open') as string,
      });
    });

    test('unplugged in mid-frame and back: the kept connection recovers by itself', async () => {
      const { path, far } = await port();
      const link = serialLink({ path, driver });
      const kept = persistent(link, line(115200), systemClock, { firstWait: 20, longestWait: 50 });
      cleanup.push(() => kept.close());
      const states: string[] = [];
      kept.onState((state) => states.push(state.kind));
      const first = await kept.channel(never);
      const reading = reader(first);
      await far.write(ascii(':r50=1,22'));
      await reading.take(9);
      await far.close();
      expect(await reading.end()).toMatchObject({ code: 'link' });
      await until(() => states.filter((kind) => kind === 'lost').length >= 2, 'an attempt that fails');
      const { state } = kept;
      if (state.kind === 'lost') expect(state.fault.message).toBe(`cannot open ${path}: ENOENT`);
      const back = await openPty(path, never);
      cleanup.push(() => back.close());
      const second = await kept.channel(never);
      expect(second).not.toBe(first);
      await back.write(ascii('again'));
      expect(await reader(second).take(5)).toEqual(ascii('again'));
    });
  });
}

/** A virtual port that is handled like a real one, to see what is done to the terminal settings. */
async function barePort(): Promise<{ readonly path: string; readonly far: StreamChannel }> {
  const folder = await scratch();
  cleanup.push(() => folder.remove());
  const path = join(folder.path, 'port');
  const far = await openPty(path, never);
  cleanup.push(() => far.close());
  return { path, far };
}

test.runIf(socat && drivers.includes('native'))(
  'native: a new baud rate is set on the open port, a new format by opening it again; the channel stays',
  async () => {
    const { path, far } = await barePort();
    const near = await openWithSerialport(path, line(9600), false);
    const atFar = reader(far);
    const atNear = reader(near);
    const talk = async (word: string): Promise<void> => {
      await near.write(ascii(word));
      expect(await atFar.take(word.length)).toEqual(ascii(word));
      await far.write(ascii(word));
      expect(await atNear.take(word.length)).toEqual(ascii(word));
    };
    await talk('9600 8N1');
    await near.setLine?.(line(19_200));
    await talk('19200 8N1');
    await near.setLine?.(line(19_200, '8N2'));
    await talk('19200 8N2');
    await near.close();
    expect(await atNear.end()).toBe('done');
    await expect(near.setLine?.(line(300))).rejects.toMatchObject({
      code: 'link',
      message: `${path} is closed`,
    });
  },
);

test.runIf(socat && drivers.includes('native'))(
  'native: closing in the middle of a change leaves nothing open',
  async () => {
    const { path } = await barePort();
    for (const delay of [0, 0, 1, 2, 3, 5]) {
      const near = await openWithSerialport(path, line(9600), false); // fails when the one before is open still
      const changing = near.setLine?.(line(19_200, '8N2')).catch((thrown: unknown) => thrown);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await near.close();
      const outcome = await changing;
      if (outcome !== undefined)
        expect(outcome).toMatchObject({ code: 'link', message: `${path} is closed` });
    }
  },
);

test.runIf(socat)(
  'stty: the terminal is raw, silent, without flow control, and has the line asked for',
  async () => {
    const { path } = await barePort();
    const near = await openWithStty(path, line(19_200, '8N2'), false, () => undefined);
    cleanup.push(() => near.close());
    const settings = async (): Promise<string> =>
      (await promisify(execFile)('stty', ['-F', path, '-a'])).stdout;
    const wanted = [
      'speed 19200 baud',
      ' cstopb',
      ' cs8',
      '-parenb',
      '-echo ',
      '-icanon',
      '-isig',
      '-ixon',
      '-icrnl',
      '-opost',
    ];
    const now = await settings();
    expect(wanted.filter((word) => !now.includes(word))).toEqual([]);
    expect(['-crtscts', ' clocal', ' cread', '-hupcl'].filter((word) => !now.includes(word))).toEqual([]);
    await near.setLine?.(line(300));
    expect(await settings()).toMatch(/speed 300 baud[^]* -cstopb/);
  },
);

test.runIf(socat)('stty: a format or a rate that the port does not take is explained', async () => {
  const { path } = await barePort();
  const quiet = (): void => undefined;
  // The Linux pseudo-terminal driver keeps CS8 and no parity whatever is asked for.
  await expect(openWithStty(path, line(9600, '7E1'), false, quiet)).rejects.toMatchObject({
    code: 'link',
    message: expect.stringContaining(`cannot set ${path} to 9600 7E1: stty said: `) as string,
    hint: expect.stringContaining('does not support that rate or format') as string,
  });
  await expect(openWithStty(path, line(12_345), false, quiet)).rejects.toThrow('12345');
  const near = await openWithStty(path, line(9600), false, quiet); // the failed ones left no lock behind
  await near.close();
});

describe.runIf(socat)('virtual port', () => {
  test('outlives its users, replaces a stale link, and is gone after close', async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const path = join(folder.path, 'port, with: odd [name]');
    await symlink('/nowhere', path); // left by a crash
    const far = await ptyLink(path).connect(line(9600), never);
    const atFar = reader(far);
    for (const word of ['one', 'two']) {
      const near = await serialLink({ path, driver: 'stty' }).connect(line(9600), never);
      await near.write(ascii(word));
      expect(await atFar.take(3)).toEqual(ascii(word));
      await near.close();
    }
    await far.close();
    await expect(serialLink({ path, driver: 'stty' }).connect(line(9600), never)).rejects.toThrow('ENOENT');
  });

  test('does not replace a file', async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    const path = join(folder.path, 'precious');
    await writeFile(path, 'data');
    await expect(openPty(path, never)).rejects.toMatchObject({ code: 'config' });
  });
});

test('where socat is missing, the virtual port says how to get it', async () => {
  const before = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    await expect(openPty('/tmp/busbar-test-no-socat', never)).rejects.toMatchObject({
      code: 'link',
      message: expect.stringContaining('socat is not installed') as string,
      hint: expect.stringContaining('sudo apt-get install socat') as string,
    });
  } finally {
    process.env.PATH = before;
  }
});

test('a missing port names those that exist; a file is no port', async () => {
  await expect(
    serialLink({ path: '/dev/ttyNONE', driver: 'auto' }).connect(line(9600), never),
  ).rejects.toMatchObject({
    code: 'link',
    message: 'cannot open /dev/ttyNONE: ENOENT',
    hint: expect.stringMatching(/^ports that exist: |^no serial port was found/) as string,
  });
  await expect(serialLink({ path: '/etc/hosts', driver: 'auto' }).connect(line(9600), never)).rejects.toThrow(
    '/etc/hosts is not a serial port',
  );
});

// Only root can make a port that it may not open: it plays the user `nobody` for a moment.
test.runIf(socat && process.getuid?.() === 0)(
  'a port of another group: names it and the way into it',
  async () => {
    const folder = await scratch();
    cleanup.push(() => folder.remove());
    await chmod(folder.path, 0o755);
    const path = join(folder.path, 'port');
    const far = await openPty(path, never);
    cleanup.push(() => far.close());
    const dialout = Number(/^dialout:[^:]*:(\d+)/m.exec(await readFile('/etc/group', 'utf8'))?.[1]);
    await chown(await realpath(path), 0, dialout);
    await chmod(await realpath(path), 0o660);
    for (const driver of drivers) {
      process.seteuid?.(65_534);
      const outcome = await serialLink({ path, driver })
        .connect(line(9600), never)
        .catch((thrown: unknown) => thrown);
      process.seteuid?.(0);
      expect(outcome).toMatchObject({
        code: 'link',
        message: `cannot open ${path}: EACCES`,
        hint: 'it belongs to the group dialout: run `sudo usermod -aG dialout $USER` and log in again',
      });
    }
  },
);
