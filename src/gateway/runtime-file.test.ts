import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayHolding, removeRuntimeFile, type RuntimeFile, writeRuntimeFile } from './runtime-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (link: string, pid = process.pid): RuntimeFile => ({
  pid,
  url: 'http://127.0.0.1:8420',
  token: 'secret',
  members: [{ name: 'shunt', link, device: 'juntek-kg', address: 1 }],
});

describe('the file of a running gateway', () => {
  it('is found by its link, however that is written', async () => {
    const port = join(folder, 'ttyX');
    writeFileSync(port, '');
    symlinkSync(port, join(folder, 'by-id'));
    await writeRuntimeFile(file(`serial:${port}?baud=9600`), folder);
    expect(gatewayHolding(join(folder, 'by-id'), folder)?.token).toBe('secret');
    expect(gatewayHolding('tcp://192.168.2.22:9999', folder)).toBeUndefined();
  });

  it('tells converters apart by host and port', async () => {
    await writeRuntimeFile(file('tcp://192.168.2.22:9999'), folder);
    expect(gatewayHolding('tcp://192.168.2.22:9999?format=7E1', folder)).toBeDefined();
    expect(gatewayHolding('tcp://192.168.2.22:9998', folder)).toBeUndefined();
  });

  it('is readable for its user only', async () => {
    await writeRuntimeFile(file('tcp://a:1'), folder);
    expect(statSync(join(folder, `${process.pid}.json`)).mode & 0o077).toBe(0);
  });

  it('counts for nothing when its process has ended, and is removed', async () => {
    // Linux gives no process a number above 2^22.
    await writeRuntimeFile(file('tcp://a:1', 4_194_305), folder);
    expect(gatewayHolding('tcp://a:1', folder)).toBeUndefined();
    expect(existsSync(join(folder, '4194305.json'))).toBe(false);
  });

  it('goes when the gateway ends', async () => {
    await writeRuntimeFile(file('tcp://a:1'), folder);
    removeRuntimeFile(process.pid, folder);
    expect(gatewayHolding('tcp://a:1', folder)).toBeUndefined();
  });
});
