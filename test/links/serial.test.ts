import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { openPty, ptyLink } from '../../src/node/pty.ts';
import { listPorts } from '../../src/node/serial-list.ts';
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
const drivers =
  (await chooseDriver(process.versions.node, () => undefined)) === 'native'
    ? (['native', 'stty'] as const)
    : (['stty'] as const);

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

test('the driver is chosen by what works', async () => {
  const log = (): void => undefined;
  expect(await chooseDriver('26.4.0', log)).toBe(process.platform === 'linux' ? 'stty' : 'native');
  expect(await chooseDriver('26.3.9', log)).toBe('native');
  expect(await chooseDriver('24.21.0', log)).toBe('native');
});

/** A machine as files: one FTDI adapter, one PC port with a chip, one without, one console. */
async function machine(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'busbar-ports-'));
  cleanup.push(() => rm(root, { recursive: true }));
  const usb = join(root, 'sys/devices/usb1/1-2');
  await mkdir(join(usb, '1-2:1.0/ttyUSB10'), { recursive: true });
  for (const [file, content] of Object.entries({
    idVendor: '0403\n',
    idProduct: '6001\n',
    manufacturer: 'FTDI\n',
    product: 'USB-RS485 Cable\n',
    serial: 'FT123\n',
  })) {
    await writeFile(join(usb, file), content);
  }
  for (const name of ['ttyUSB10', 'ttyUSB9', 'ttyS0', 'ttyS1', 'tty7']) {
    await mkdir(join(root, 'sys/class/tty', name), { recursive: true });
    await mkdir(join(root, 'dev/serial/by-id'), { recursive: true });
    await writeFile(join(root, 'dev', name), '');
  }
  await symlink(join(usb, '1-2:1.0/ttyUSB10'), join(root, 'sys/class/tty/ttyUSB10/device'));
  await symlink('../../ttyUSB10', join(root, 'dev/serial/by-id/usb-FTDI_FT123-if00'));
  await writeFile(join(root, 'sys/class/tty/ttyS0/type'), '4\n'); // 16550A
  await writeFile(join(root, 'sys/class/tty/ttyS1/type'), '0\n'); // no chip
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/group'), `root:x:99999:\ndialout:x:${process.getgid?.() ?? 0}:\n`);
  return root;
}

test('lists adapters with their stable names and makers, and skips ports without hardware', async () => {
  expect(await listPorts(await machine())).toEqual([
    { path: '/dev/ttyS0', group: 'dialout', allowed: true },
    { path: '/dev/ttyUSB9', group: 'dialout', allowed: true },
    {
      path: '/dev/ttyUSB10',
      byId: '/dev/serial/by-id/usb-FTDI_FT123-if00',
      vendorId: '0403',
      productId: '6001',
      manufacturer: 'FTDI',
      product: 'USB-RS485 Cable',
      serialNumber: 'FT123',
      group: 'dialout',
      allowed: true,
    },
  ]);
  expect(await listPorts('/nonexistent')).toEqual([]);
});
