import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import kg from '../../src/devices/juntek/kg.ts';
import { busbar, type Shed, shed } from './harness.ts';

describe('busbar write', () => {
  let line: Shed;
  beforeAll(async () => {
    line = await shed([
      {
        device: kg,
        set: [
          ['current', -12.5],
          ['full_capacity', 200],
        ],
      },
    ]);
  });
  afterAll(() => line.close());

  const measured = () => line.site.stations[0]?.readings();

  it('shows the frames and sends nothing without --confirm', async () => {
    const { code, stdout, stderr } = await busbar(
      'write',
      line.link,
      '-d',
      'juntek-kg',
      'full_capacity=420',
      'output=off',
    );
    expect(code).toBe(0);
    // 420.0 Ah is sent as 4200: 4200 mod 255 = 120, + 1 = 121. For the value 0 the manuals print check sum 0.
    expect(stdout).toContain('":W28=1,121,4200,\\r\\n"');
    expect(stdout).toContain('":W10=1,0,0,\\r\\n"');
    expect(stderr).toContain('nothing was sent');
    expect(measured()?.configured?.full_capacity).toBe(200);
  });

  it('writes, reads back and reports before and after', async () => {
    const { code, stdout } = await busbar(
      'write',
      line.link,
      '-d',
      'juntek-kg',
      'over_voltage_protection=58.4',
      '--confirm',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        field: 'over_voltage_protection',
        requested: 58.4,
        before: { 'configured.over_voltage_protection': null },
        after: { 'configured.over_voltage_protection': 58.4 },
        outcome: 'confirmed',
      },
    ]);
    expect(measured()?.configured?.over_voltage_protection).toBe(58.4);
  });

  it('refuses to zero a current that flows, and says why', async () => {
    const { code, stderr } = await busbar('write', line.link, '-d', 'juntek-kg', 'zero_current', '--confirm');
    expect(code).toBe(1);
    expect(stderr).toContain('current is -12.5, at most 0.5 is allowed');
    expect(stderr).toContain('disconnect load and charger first');
    expect(measured()?.measured?.current).toBe(-12.5);
  });

  it.each([
    [['full_capacity=0'], 'expected a number from 0.1 to 9999.9 Ah'],
    [['soc=101'], 'expected a number from 0 to 100 %'],
    [['output=maybe'], 'expected on or off'],
    [['soc=12', 'full_capcity=5'], "did you mean 'full_capacity'?"],
    [['soc'], "bad value '' for 'soc'"],
    [['--address', '0', 'soc=100'], 'never sent to address 0'],
  ])('%j is refused before anything is sent', async (words, said) => {
    const before = measured()?.measured?.remaining_capacity;
    const { code, stdout, stderr } = await busbar(
      'write',
      line.link,
      '-d',
      'juntek-kg',
      ...words,
      '--confirm',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    const after = Number(measured()?.measured?.remaining_capacity);
    expect(Math.abs(after - Number(before))).toBeLessThan(1); // 12.5 A for a few seconds, not 12 %
  });

  it('a device that ignores a write is found out by reading back', async () => {
    const silent = await shed([{ device: kg, faults: [['silence', 0]], options: { 'write-reply': 'none' } }]);
    // 70 V is inside the range that is sent, and the device is made to keep its own value.
    const station = silent.site.stations[0];
    const hear = station?.hear.bind(station);
    if (station !== undefined && hear !== undefined) {
      station.hear = (bytes) => (String.fromCharCode(...bytes).startsWith(':W') ? [] : hear(bytes));
    }
    const { code, stderr } = await busbar(
      'write',
      silent.link,
      '-d',
      'juntek-kg',
      'over_voltage_protection=70',
      '--confirm',
    );
    await silent.close();
    expect(code).toBe(1);
    expect(stderr).toContain('reads back null instead of 70');
  });

  it('moves a module to another address and finds it there', async () => {
    const moving = await shed([{ device: kg }]);
    const { code, stdout } = await busbar('write', moving.link, '-d', 'juntek-kg', 'address=42', '--confirm');
    expect(code).toBe(0);
    expect(stdout).toContain('written and read back');
    expect(moving.site.stations[0]?.address).toBe(42);
    await moving.close();
  });
});
