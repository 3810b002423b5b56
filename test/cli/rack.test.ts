import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import topbms from '../../src/devices/topbms/topbms.ts';
import { busbar, type Shed, shed, start } from './harness.ts';

/** A rack through the command line: read, watch, record, replay, listen, decode. */

interface Printed {
  readonly device: { readonly id: string; readonly address: number };
  readonly analog?: { readonly pack_count: number; readonly packs: readonly { readonly address: number }[] };
  readonly identity?: { readonly packs: readonly { readonly serial_number: string }[] };
  readonly faults?: Readonly<Record<string, { readonly code: string }>>;
}
const parsed = (text: string): Printed => JSON.parse(text) as Printed;
const lines = (text: string): Printed[] => text.trim().split('\n').map(parsed);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'busbar-rack-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function withRack(
  use: (line: Shed) => Promise<void>,
  ...more: Parameters<typeof shed>[0]
): Promise<void> {
  const line = await shed([{ device: pylontech, cells: 15, options: { packs: '3' } }, ...more]);
  try {
    // The simulator is no converter that adds a wait of its own.
    await use({ ...line, link: `${line.link}?latency=0` });
  } finally {
    await line.close();
  }
}

describe('a Pylontech rack', () => {
  it('is read, every pack with its address, every group named', async () => {
    await withRack(async ({ link }) => {
      const { code, stdout, stderr } = await busbar('read', link, '-d', 'pylontech');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const printed = parsed(stdout);
      expect(Object.keys(printed)).toEqual(['device', 'at', ...pylontech.groups.map(({ name }) => name)]);
      expect(printed.analog?.packs.map(({ address }) => address)).toEqual([2, 3, 4]);
    });
  });

  it('is watched, a document a line, until interrupted', async () => {
    await withRack(async ({ link }) => {
      const watch = start(['watch', link, '-d', 'pylontech', '--mode', 'poll', '--every', '0.4', '--jsonl']);
      await watch.says('"identity"');
      await watch.says('"limits"');
      watch.interrupt();
      const { code, stdout } = await watch.done;
      expect(code).toBe(0);
      const all = lines(stdout);
      expect(all.every(({ analog }) => analog?.pack_count === 3)).toBe(true);
      expect(all.at(-1)).toMatchObject({
        device: { id: 'pylontech', address: 2 },
        analog: { full_capacity: 222 },
      });
    });
  });

  it('is recorded with its serial numbers masked, and the capture plays it again', async () => {
    const file = join(folder, 'rack.cap');
    await withRack(async ({ link }) => {
      const { code } = await busbar(
        ...['record', link, '-d', 'pylontech', '-o', file, '--mode', 'poll', '--for', '4s', '--anonymise'],
      );
      expect(code).toBe(0);
    });
    const capture = readFileSync(file, 'utf8');
    expect(capture).toContain('> "~20044642E00204FD2F\\r"');
    // SIMULATED0000003 in hexadecimal
    const serial = Buffer.from('SIMULATED0000003').toString('hex').toUpperCase();
    expect(capture).not.toContain(serial);
    const { code, stdout, stderr } = await busbar('read', `replay:${file}?speed=max`, '-d', 'pylontech');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const printed = parsed(stdout);
    expect(printed.analog?.packs.map(({ address }) => address)).toEqual([2, 3, 4]);
    expect(printed.identity?.packs.map((pack) => pack.serial_number)).toEqual(
      Array.from({ length: 3 }, () => 'SIMULATED0000000'),
    );
    const explained = await busbar('decode', file, '--json');
    expect(explained.code).toBe(0);
    expect(explained.stdout).toContain('"kind": "identity"');

    const player = start(['replay', file, '--on', 'tcp-listen://127.0.0.1:0', '--speed', 'max']);
    await player.says('playing');
    const port = /127\.0\.0\.1:(\d+)/.exec(player.said())?.[1] ?? '';
    const again = await busbar('read', `tcp://127.0.0.1:${port}`, '-d', 'pylontech', '-g', 'analog');
    player.interrupt();
    await player.done;
    expect(parsed(again.stdout).analog?.pack_count).toBe(3);
  });

  it('is listened to while an inverter asks it', async () => {
    const line = await shed([
      { device: pylontech, cells: 15, options: { packs: '2' }, masters: [['inverter', 2]] },
    ]);
    const { code, stdout } = await busbar(
      'read',
      line.link,
      '-d',
      'pylontech',
      '-g',
      'analog',
      '--mode',
      'listen',
    );
    await line.close();
    expect(code).toBe(0);
    expect(parsed(stdout).analog?.packs.map(({ address }) => address)).toEqual([2, 3]);
  });

  it('of two groups on one line is found, each with its master', async () => {
    const line = await shed([
      { device: pylontech, address: 0x12, cells: 15, options: { packs: '2' } },
      { device: pylontech, address: 0x22, cells: 15, options: { packs: '1' } },
    ]);
    const { code, stdout } = await busbar('scan', `${line.link}?latency=0`, '-d', 'pylontech', '--json');
    await line.close();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { device: 'pylontech', address: 18, model: 'US3000' },
      { device: 'pylontech', address: 34, model: 'US3000' },
    ]);
  }, 30_000);
});

describe('a TopBMS rack', () => {
  it('is recorded and played again', async () => {
    const file = join(folder, 'topbms.cap');
    const line = await shed([
      { device: topbms, cells: 16 },
      { device: topbms, address: 2, cells: 16 },
    ]);
    const recorded = await busbar(
      ...[
        'record',
        `${line.link}?latency=0`,
        '-d',
        'topbms',
        '-o',
        file,
        '--mode',
        'poll',
        '--for',
        '6s',
        '--anonymise',
      ],
    );
    await line.close();
    expect(recorded.code).toBe(0);
    const { code, stdout } = await busbar('read', `replay:${file}?speed=max`, '-d', 'topbms');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      telemetry: { pack_count: 2, full_capacity: 300 },
      alarms: { alarm_severity: 'normal' },
      identity: { serial_number: 'XXXXXXXXX XXXX' },
    });
  }, 20_000);
});
