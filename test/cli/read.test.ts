import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import kh from '../../src/devices/juntek/kh.ts';
import { busbar, type Shed, shed, start } from './harness.ts';

const DEVICES = join(import.meta.dirname, '../../src/devices/juntek');

/** A JSON document as a record; the tests below say what stands in it. */
function parsed(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

describe('busbar read', () => {
  let line: Shed;
  beforeAll(async () => {
    line = await shed([
      {
        device: kg,
        set: [
          ['voltage', 53.66],
          ['current', -12.5],
          ['full_capacity', 200],
          ['soc', 75],
        ],
      },
      { device: kh, address: 7 },
    ]);
  });
  afterAll(() => line.close());

  it('prints one JSON document with the groups at the top level', async () => {
    const { code, stdout, stderr } = await busbar('read', line.link, '--device', 'juntek-kg', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = parsed(stdout);
    expect(Object.keys(document)).toEqual(['device', 'at', 'info', 'measured', 'configured']);
    expect(document.device).toEqual({ id: 'juntek-kg', address: 1 });
    expect(document.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    // 53.66 V x -12.5 A = -670.75 W
    expect(document.measured).toMatchObject({
      voltage: 53.66,
      current: -12.5,
      power: -670.75,
      direction: 'discharging',
    });
    expect(document.configured).toMatchObject({ full_capacity: 200, over_voltage_protection: null });
    expect(Object.keys(document.measured as object)).not.toContain('temperature_raw');
  });

  it('reads only the groups named, and raw values when asked for', async () => {
    const { stdout } = await busbar('read', line.link, '-d', 'juntek-kg', '--groups', 'measured', '--raw');
    expect(Object.keys(parsed(stdout))).toEqual(['device', 'at', 'measured']);
    expect(parsed(stdout).measured).toMatchObject({ temperature_raw: 122, output_code: 0 });
  });

  it('tells which member of a family answers', async () => {
    const { stdout } = await busbar('read', line.link, '-d', 'juntek', '-a', '7', '-g', 'info');
    expect(parsed(stdout)).toMatchObject({
      device: { id: 'juntek-kh', address: 7 },
      info: { model: 'KH140F' },
    });
  });

  it('finds a module whose address nobody knows', async () => {
    const { stdout, stderr } = await busbar('read', line.link, '-d', 'juntek-kh', '-a', 'find', '-g', 'info');
    expect(stderr).toContain('found juntek-kh at address 7');
    expect(parsed(stdout).device).toEqual({ id: 'juntek-kh', address: 7 });
  });

  it('prints a table for people', async () => {
    const { stdout } = await busbar('read', line.link, '-d', 'juntek-kg', '--table');
    expect(stdout).toMatch(/Voltage +53\.66 V/);
    expect(stdout).toMatch(/State of charge +75\.0 %/);
    expect(stdout).toMatch(/Over-voltage protection +off/);
  });

  it('says what was tried, what it means and what to do when nobody answers, and exits with 1', async () => {
    const { code, stdout, stderr } = await busbar(
      'read',
      line.link,
      '-d',
      'juntek-kg',
      '-a',
      '9',
      '-g',
      'measured',
      '--attempts',
      '1',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('no answer to ":R50=9,2,1,\\r\\n"');
    expect(stderr).toContain('--address find');
    expect(parsed(stdout).faults).toMatchObject({ measured: { code: 'timeout' } });
  });

  it('prints a document also when not even the family member could be told', async () => {
    const { code, stdout } = await busbar(
      'read',
      line.link,
      '-d',
      'juntek',
      '-a',
      '9',
      '-g',
      'measured',
      '--attempts',
      '1',
    );
    expect(code).toBe(1);
    expect(parsed(stdout)).toMatchObject({
      device: { id: 'juntek', address: 9 },
      faults: { measured: { code: 'timeout' } },
    });
  });

  it('explains a converter that does not take calls', async () => {
    const gone = await shed([{ device: kg }]);
    await gone.close();
    const { code, stdout, stderr } = await busbar('read', gone.link, '-d', 'juntek-kg');
    expect(code).toBe(1);
    expect(stderr).toContain(gone.link.replace('tcp://', ''));
    expect(stderr.match(/busbar: info, measured, configured/g)).toHaveLength(1); // one trouble is told once
    expect(parsed(stdout).faults).toMatchObject({ info: { code: 'link' }, configured: { code: 'link' } });
  });

  it.each([
    [['read', 'tcp://x:1', '--device', 'juntek-kgg'], "did you mean 'juntek-kg'?"],
    [['read', 'tpc://x:1', '--device', 'juntek-kg'], "did you mean 'tcp'?"],
    [['read', 'tcp://x', '--device', 'juntek-kg'], 'the port is missing'],
    [['read', 'tcp://x:1'], "required option '-d, --device <id>' not specified"],
    [['read', 'tcp://x:1', '-d', 'juntek-kg', '--json', '--table'], 'choose one of --json, --table'],
    [['read', 'tcp://x:1', '-d', 'juntek-kg', '--watch', '--json'], 'use --jsonl'],
    [
      ['read', 'tcp://x:1', '-d', 'juntek-kg', '--address', '300'],
      'juntek-kg has addresses 1 to 99, not 300',
    ],
    [['read', 'tcp://x:1', '-d', 'juntek-kg', '--timeout', 'soon'], "'soon' is no time"],
    [['reed', 'tcp://x:1'], "unknown command 'reed'"],
    [['help', 'reed'], "unknown command 'reed'"],
  ])('%j is wrong use: exit 2', async (args, said) => {
    const { code, stdout, stderr } = await busbar(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it('a group that does not exist is wrong use', async () => {
    const { code, stderr } = await busbar('read', line.link, '-d', 'juntek-kg', '-g', 'mesured');
    expect(code).toBe(2);
    expect(stderr).toContain("no group 'mesured': expected info, measured, configured");
  });
});

describe('busbar read --format lugamodder', () => {
  // Printed in the README of lugamodder/juntek_kl_battery_monitor_client for a KL of 100 A.
  const README = `{
    "info": {
        "current_sensor": "Sampler",
        "max_voltage": 100,
        "max_current": 100,
        "version": 110,
        "serial_number": 6
    },
    "measured": {
        "voltage": 13.78,
        "current": 0.03,
        "current_signed": -0.03,
        "remaining_battery_capacity": 27.728,
        "cumulative_capacity": 40.412,
        "watt_hour": 0.55726,
        "running_time": 419234,
        "ambient_temperature": 30,
        "output_status": 0,
        "current_direction": 0,
        "battery_life": 55456,
        "internal_resistance": 0.0
    },
    "configured": {
        "overvoltage_protection": 0.0,
        "undervoltage_protection": 0.0,
        "forward_overcurrent_protection": 0.0,
        "negative_overcurrent_protection": -0.0,
        "over_power_protection": 0.0,
        "over_temperature_protection": 0,
        "protection_recovery_time": 0,
        "delay_time": 0,
        "preset_battery_capacity": 30.0,
        "fine_tuning_voltage": 100,
        "fine_tuning_current": 100,
        "temperature_calibration": 100,
        "relay_type": 0,
        "current_multipler": 0,
        "voltage_curve_scale": 1
    }
}
`;

  it('prints for the same frames what that program prints, to the character', async () => {
    const capture = `replay:${join(DEVICES, 'kl.client.cap')}?speed=max`;
    const { code, stdout, stderr } = await busbar(
      'read',
      capture,
      '-d',
      'juntek-kl',
      '--format',
      'lugamodder',
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: README, stderr: '' });
  });

  it('keeps the order in which the groups were named, as that program does', async () => {
    const capture = `replay:${join(DEVICES, 'kl.client.cap')}?speed=max`;
    const { stdout } = await busbar(
      'read',
      capture,
      '-d',
      'juntek-kl',
      '-g',
      'measured,info',
      '--format',
      'lugamodder',
    );
    expect(Object.keys(parsed(stdout))).toEqual(['measured', 'info']);
  });

  it('an unknown format names the known one', async () => {
    const capture = `replay:${join(DEVICES, 'kl.client.cap')}?speed=max`;
    const { code, stderr } = await busbar('read', capture, '-d', 'juntek-kl', '--format', 'lugamoder');
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean 'lugamodder'?");
  });
});

describe('busbar watch', () => {
  it('prints a document a line until interrupted, and that is no failure', async () => {
    const line = await shed([{ device: kg }]);
    const watch = start([
      'watch',
      line.link,
      '-d',
      'juntek-kg',
      '--mode',
      'poll',
      '--every',
      '0.2',
      '--jsonl',
    ]);
    await watch.says('\n{'); // a second line has begun
    watch.interrupt();
    const { code, stdout, stderr } = await watch.done;
    await line.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n').map(parsed);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every((document) => 'measured' in document && 'configured' in document)).toBe(true);
  });

  it('stays silent beside a display, and follows what that one is told', async () => {
    const line = await shed([{ device: kg, masters: [['display', 5]] }]);
    const watch = start([
      'watch',
      line.link,
      '-d',
      'juntek-kg',
      '--mode',
      'auto',
      '--jsonl',
      '--log-level',
      'info',
    ]);
    await watch.says('"soc":');
    watch.interrupt();
    const { stderr } = await watch.done;
    await line.close();
    expect(stderr).toContain('listening for another master');
    expect(stderr).not.toContain('asking');
  });

  it('tells a broken cable once and goes on when it is back', async () => {
    const first = await shed([{ device: kg }]);
    const watch = start([
      'watch',
      first.link,
      '-d',
      'juntek-kg',
      '--mode',
      'poll',
      '--every',
      '0.2',
      '--jsonl',
      '-g',
      'measured',
    ]);
    await watch.says('"voltage"');
    await first.close();
    await watch.says('"faults"');
    const second = await shed([{ device: kg, set: [['voltage', 47.11]] }], first.port);
    await watch.says('47.11');
    watch.interrupt();
    const { stderr } = await watch.done;
    await second.close();
    const troubles = stderr.split('\n').filter((text) => text.startsWith('busbar: measured'));
    expect(troubles.length).toBeGreaterThanOrEqual(1);
    expect(troubles.length).toBeLessThanOrEqual(2); // broken, then refused
  });

  it('sets 100 % once when the battery is full, only if asked and confirmed', async () => {
    const line = await shed([
      {
        device: kg,
        set: [
          ['voltage', 14.4],
          ['current', 1],
          ['soc', 80],
        ],
      },
    ]);
    const rule = [
      'watch',
      line.link,
      '-d',
      'juntek-kg',
      '--mode',
      'poll',
      '--every',
      '0.2',
      '--jsonl',
      '--sync-full',
      '14V,2A,1s',
    ];
    const refused = await busbar(...rule);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(':W60=1,101,100,');
    const watch = start([...rule, '--confirm']);
    await watch.says('{"measured.soc":100}');
    await watch.says('"soc":100');
    watch.interrupt();
    const { stderr } = await watch.done;
    await line.close();
    expect(stderr.match(/the battery is full/g)).toHaveLength(1);
  });
});
