import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listPorts } from '../../src/node/serial-list.ts';
import { chooseDriver } from '../../src/node/serial.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

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
