import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockSerial } from './serial-lock.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the lock of a serial port', () => {
  it('holds our process number in eleven characters, as the standard says', async () => {
    const lock = await lockSerial('/dev/ttyUSB7', folder);
    const text = await readFile(join(folder, 'LCK..ttyUSB7'), 'latin1');
    expect(text).toHaveLength(11);
    expect(Number(text)).toBe(process.pid);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is found by another name of the same port', async () => {
    const port = join(folder, 'ttyX');
    await writeFile(port, '');
    await symlink(port, join(folder, 'by-id'));
    await lockSerial(port, folder);
    await expect(lockSerial(join(folder, 'by-id'), folder)).rejects.toMatchObject({
      code: 'link',
      message: expect.stringContaining(`(process ${process.pid})`) as string,
    });
  });

  it('is taken over from a process that has ended', async () => {
    // Linux gives no process a number above 2^22.
    await writeFile(join(folder, 'LCK..ttyUSB7'), `${String(4_194_305).padStart(10)}\n`);
    await lockSerial('/dev/ttyUSB7', folder);
    expect(Number(await readFile(join(folder, 'LCK..ttyUSB7'), 'latin1'))).toBe(process.pid);
  });

  it('is no obstacle where it cannot be written', async () => {
    const lock = await lockSerial('/dev/ttyUSB7', join(folder, 'missing'));
    await expect(lock.release()).resolves.toBeUndefined();
  });
});
