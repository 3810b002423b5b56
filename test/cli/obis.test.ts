import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mt1 from '../../src/devices/neva/mt1xx.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { busbar, type Shed, shed, start } from './harness.ts';

describe('busbar obis', () => {
  let line: Shed;
  beforeAll(async () => {
    line = await shed([
      {
        device: mt3,
        address: 201,
        set: [
          ['20.07.00*FF', '229.50'],
          ['network_address', '00000201'],
        ],
      },
    ]);
  });
  afterAll(() => line.close());

  it('gets registers by codes in every spelling, one a line', async () => {
    const { code, stdout, stderr } = await busbar(
      'obis',
      line.link,
      'get',
      '60.01.04*FF',
      '600104ff',
      '1-0:32.7.0*255',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('60.01.04*FF\t000V0201\n600104ff\t000V0201\n1-0:32.7.0*255\t229.50\n');
  });

  it('as JSON, with the identification; a register that the meter lacks is an error of its own', async () => {
    const { code, stdout, stderr } = await busbar(
      'obis',
      line.link,
      'get',
      '7777FFFF',
      '200700FF',
      '-a',
      '201',
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      identification: 'TPC5NEVAMT324.2303',
      registers: [
        { asked: '7777FFFF', code: '7777FFFF', error: '01' },
        { asked: '200700FF', code: '200700FF', value: '229.50' },
      ],
    });
    expect(stderr).toContain('7777FFFF: the meter says (01): on Neva meters, no such register');
  });

  it('sets nothing without --confirm, and reads back what it sets', async () => {
    const assignment = '60.01.0A*FF=FLAT 12 STAIR 03';
    const shown = await busbar('obis', line.link, 'set', assignment);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain('\\x01W1\\x0260010AFF(FLAT 12 STAIR 03)\\x03');
    expect((await busbar('obis', line.link, 'get', '60.01.0A*FF')).stdout).toContain('0000000000000000');
    const set = await busbar('obis', line.link, 'set', assignment, '--confirm', '--json');
    expect(JSON.parse(set.stdout)).toEqual([
      {
        code: '60010AFF',
        before: '0000000000000000',
        written: 'FLAT 12 STAIR 03',
        after: 'FLAT 12 STAIR 03',
      },
    ]);
    expect(set.code).toBe(0);
  });

  it.each([
    ['an action that is none', ['put', '600104FF'], 2, 'expected get or set'],
    ['a code that is none', ['get', 'a(b)c'], 2, 'is no code'],
    ['an assignment without a value', ['set', '600104FF'], 2, 'expected CODE=VALUE'],
    ['a wrong password', ['get', '600104FF', '--password', '11111111'], 1, 'refused the password'],
    [
      'a wrong address',
      ['get', '600104FF', '--address', '999'],
      1,
      'silent to an address that is not its own',
    ],
  ])('says what is wrong with %s', async (_, args, code, message) => {
    const outcome = await busbar('obis', line.link, ...args);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stdout).toBe('');
  });
});

describe('busbar profile', () => {
  let line: Shed;
  beforeAll(async () => {
    line = await shed([{ device: mt3 }]);
  });
  afterAll(() => line.close());

  it('as JSON: every day that is over is reconciled, the split by tariff adds up', async () => {
    const { code, stdout, stderr } = await busbar(
      'profile',
      line.link,
      '-d',
      'neva-mt3xx',
      '--days',
      '2',
      '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { device, days } = JSON.parse(stdout) as {
      device: unknown;
      days: { date: string; outcome: string; slots: Record<string, number>[] }[];
    };
    expect(device).toEqual({ id: 'neva-mt3xx', address: 0 });
    expect(days.map(({ outcome }) => outcome)).toEqual(['reconciled', 'reconciled', 'open']);
    expect(days.slice(0, 2).map(({ slots }) => slots.length)).toEqual([48, 48]);
    for (const slot of days.flatMap(({ slots }) => slots)) {
      // Mean power of half an hour: W / 2 Wh
      expect(slot.energy).toBeCloseTo((slot.power ?? NaN) / 2000, 6);
      expect((slot.t1 ?? NaN) + (slot.t2 ?? NaN) + (slot.t3 ?? NaN) + (slot.t4 ?? NaN)).toBeCloseTo(
        slot.energy ?? NaN,
        5,
      );
    }
  });

  it('as CSV, with times in UTC when the zone is said', async () => {
    const { stdout } = await busbar(
      'profile',
      line.link,
      '-d',
      'neva',
      '--days',
      '1',
      '--csv',
      '--zone',
      '+03:00',
    );
    const [head, first, ...others] = stdout.trimEnd().split('\n');
    expect(head).toBe('start,end,start_utc,power_w,energy_kwh,t1_kwh,t2_kwh,t3_kwh,t4_kwh,marks,day');
    // Midnight at +03:00 is 21:00 UTC of the day before
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT00:00,\d{4}-\d\d-\d\dT00:30,\d{4}-\d\d-\d\dT21:00:00Z,\d+,/);
    expect(others.length).toBeGreaterThanOrEqual(47);
  });

  it('cancelled, prints what was read', async () => {
    const args = ['profile', line.link, '-d', 'neva-mt3xx', '--days', '100', '--csv', '--log-level', 'debug'];
    const running = start(args);
    await running.says('8 of 101 days');
    running.interrupt();
    const { code, stdout, stderr } = await running.done;
    expect(code).toBe(1);
    expect(stdout.split('\n').length).toBeGreaterThan(8 * 48);
    expect(stderr).toMatch(/after \d+ of 101 days: .*cancelled/);
  });

  it('adds to a file what is not in it yet, and reads only the days since', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-profile-'));
    const file = join(folder, 'profile.csv');
    const args = [
      'profile',
      line.link,
      '-d',
      'neva-mt3xx',
      '--days',
      '3',
      '--append',
      file,
      '--log-level',
      'debug',
    ];
    try {
      const first = await busbar(...args);
      expect(first).toMatchObject({ code: 0, stdout: '' });
      const whole = readFileSync(file, 'utf8');
      const slots = whole.trimEnd().split('\n').length - 1;
      expect(slots).toBeGreaterThanOrEqual(3 * 48);
      expect(first.stderr).toContain(`${slots} slots added`);
      // The last day is cut off as if the run before had been yesterday
      const lines = whole.trimEnd().split('\n');
      writeFileSync(file, `${lines.slice(0, 1 + 2 * 48).join('\n')}\n`);
      const second = await busbar(...args);
      expect(second.code).toBe(0);
      expect(readFileSync(file, 'utf8').split('\n').map(withoutOutcome)).toEqual(
        whole.split('\n').map(withoutOutcome),
      );
      const third = await busbar(...args);
      expect(third.stderr).toContain('0 slots added');
      expect(third.stderr).not.toContain('of 4 days');
      writeFileSync(file, 'a,b\n');
      expect(await busbar(...args)).toMatchObject({ code: 2 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses devices without one, and days that no meter keeps', async () => {
    expect((await busbar('profile', line.link, '-d', 'neva-mt3xx', '--days', '128')).code).toBe(2);
    const address = await busbar('read', line.link, '-d', 'juntek-kg', '--password', 'x');
    expect(address).toMatchObject({ code: 2 });
    expect(address.stderr).toContain('juntek-kg has no password');
  });
});

/** A line without its last column, which says more when the day is over. */
function withoutOutcome(row: string): string {
  return row.replace(/,[^,]*$/, '');
}

describe('busbar write to a meter', () => {
  it('reads back what it wrote, also at a new address', async () => {
    const line = await shed([{ device: mt1 }]);
    try {
      const moved = await busbar(
        'write',
        line.link,
        '-d',
        'neva-mt1xx',
        'network_address=201',
        '--confirm',
        '--json',
      );
      expect(moved.code).toBe(0);
      expect(JSON.parse(moved.stdout)).toMatchObject([{ field: 'network_address', outcome: 'confirmed' }]);
      const schedule = await busbar(
        'write',
        line.link,
        '-d',
        'neva-mt1xx',
        '-a',
        '201',
        'day_schedule=1:07:15=1,23:00=2',
        '--confirm',
        '--json',
      );
      expect(JSON.parse(schedule.stdout)).toMatchObject([
        {
          field: 'day_schedule',
          outcome: 'confirmed',
          after: {
            'tariffs.day_schedules': expect.arrayContaining([
              {
                schedule: 1,
                switches: [
                  { from: '07:15', tariff: 1 },
                  { from: '23:00', tariff: 2 },
                ],
              },
            ]) as unknown,
          },
        },
      ]);
      const wrong = await busbar('write', line.link, '-d', 'neva-mt1xx', 'seasons=02-30:1/1/1', '--confirm');
      expect(wrong).toMatchObject({ code: 2 });
      expect(wrong.stderr).toContain('there is no day 02-30');
    } finally {
      await line.close();
    }
  });
});
