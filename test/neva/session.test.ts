import { describe, expect, it } from 'vitest';
import { isFamily } from '../../src/core/catalog.ts';
import { findDevices, locate } from '../../src/core/find.ts';
import { catalog } from '../../src/devices/index.ts';
import mt1 from '../../src/devices/neva/mt1xx.ts';
import mt3 from '../../src/devices/neva/mt3xx.ts';
import { rig } from './rig.ts';

/** A session with a simulated meter, in virtual time: what goes over the line, and what becomes of what goes wrong. */

describe('reading', () => {
  it('signs on once for all groups, and once more to see an unproven identification twice', async () => {
    const { read, transcript } = rig([{ device: mt3 }]);
    const first = await read();
    expect(first.faults).toEqual({});
    expect(Object.keys(first.groups)).toEqual(mt3.groups.map(({ name }) => name));
    expect(transcript.filter((line) => line === '> /?!')).toHaveLength(2);
    expect(transcript.slice(0, 6)).toEqual([
      '> /?!',
      '< /TPC5NEVAMT324.2303',
      '> ACK 051',
      '< P0(00000000)',
      '> P1(00000000)',
      '< ACK ',
    ]);
    expect(transcript.at(-1)).toBe('> B0');
    transcript.length = 0;
    await read();
    expect(transcript.filter((line) => line === '> /?!')).toHaveLength(1);
  });

  it('asks for a register that the meter does not have once, and never again', async () => {
    const { read, transcript } = rig([{ device: mt3, options: { preset: 'mt324.1106' } }]);
    const { groups, faults } = await read(['energy']);
    expect(faults).toEqual({});
    expect(Object.keys(groups.energy ?? {})).toEqual(['total', 't1', 't2', 't3', 't4']);
    expect(transcript.filter((line) => line === '< (01)')).toHaveLength(2);
    transcript.length = 0;
    await read(['energy', 'instant']);
    expect(transcript.filter((line) => /R10[34]0880FF/.test(line))).toEqual([]);
  });

  it.each(Object.keys(presetsOf('neva-mt1xx')))('reads an %s in all groups', async (preset) => {
    const { read } = rig([{ device: mt1, options: { preset } }]);
    const { groups, faults } = await read();
    expect(faults).toEqual({});
    expect(groups.identity).toMatchObject({ model: preset.toUpperCase(), firmware: '02' });
    const { total, t1, t2, t3, t4 } = groups.energy ?? {};
    // Each register is cut to 10 Wh by itself
    expect(Math.abs(Number(total) - [t1, t2, t3, t4].map(Number).reduce((a, b) => a + b))).toBeLessThan(0.04);
    expect(groups.instant?.active_power).toBeGreaterThan(0);
  });

  it('speaks the new dialect to the meters that have it: no password, energy with a time stamp and without a total', async () => {
    const { read, transcript } = rig([{ device: mt1, options: { preset: 'mt124.7109' } }]);
    const { groups } = await read(['energy']);
    expect(transcript).toContain('> P1()');
    expect(transcript).toContain('> R10F0880FF(S)');
    expect(groups.energy?.read_at).toMatch(/^2026-11-20T10:00:0\d$/);
  });

  it('finds the meter of an address among several, and is heard by no other', async () => {
    const set = (serial: string) => [['serial_number', serial] as const];
    const line = rig([
      { device: mt3, address: 201, set: set('00000201') },
      { device: mt3, address: 202, set: set('00000202') },
    ]);
    const { groups } = await line.read(['identity'], { address: 202 });
    expect(groups.identity).toMatchObject({ serial_number: '00000202', network_address: '00000202' });
    expect(line.transcript[0]).toBe('> /?00000202!');
    const nobody = await line.read(['energy'], { address: 203 });
    expect(nobody.faults.energy).toMatchObject({ code: 'timeout' });
    expect(nobody.faults.energy?.hint).toContain('silent to an address');
  });

  it('ten registers take at most a tenth more than wire and turnaround', async () => {
    const { run, at, clock, transcript } = rig([{ device: mt3 }]);
    const { device } = at();
    await run(() => device.probe(0)); // the identification is known by then
    transcript.length = 0;
    const began = clock.now();
    const energy = await run(
      () => device.groups.find(({ name }) => name === 'clock')?.read(0) ?? device.probe(0),
    );
    expect(energy).toHaveProperty('date');
    const took = clock.now() - began;
    // `plain` drops SOH, STX, ETX and block check: four characters a command, three an answer; lines have their end.
    const characters = transcript.reduce(
      (sum, line) => sum + line.length - 2 + (/[RWPB]\d|\(/.test(line) ? 4 : 2),
      0,
    );
    const wire = (characters * 10_000) / 9600;
    // 20 ms of ours and 25 ms of the meter for each of its answers, 20 before sign-on and break
    const answers = transcript.filter((line) => line.startsWith('<')).length;
    expect(took).toBeLessThan(1.1 * (wire + answers * 45 + 40));
  });
});

describe('who is there', () => {
  it.each([
    ['mt324.2303', mt3, 'neva-mt3xx'],
    ['mt124.6102', mt1, 'neva-mt1xx'],
  ] as const)('is told by the identification: %s', async (preset, device, id) => {
    const { bus, clock } = rig([{ device, options: { preset } }]);
    const family = catalog.find('neva');
    if (!isFamily(family)) throw new Error('neva is no family');
    expect((await clock.run(locate(bus, { device: family }))).device.id).toBe(id);
    expect((await clock.run(findDevices(bus, family))).map((one) => one.device.id)).toEqual([id]);
  });

  it('is said when the wrong kind was asked for', async () => {
    const { read } = rig([{ device: mt1 }]);
    const { faults } = await read(['energy'], { device: mt3 });
    expect(faults.energy).toMatchObject({ code: 'format' });
    expect(faults.energy?.message).toContain('another kind of Neva meter');
  });
});

describe('a password', () => {
  it.each(['error', 'nak', 'break', 'silent'])(
    'that is wrong, and the meter answers by %s: refused, and sent once, though a read may be tried again',
    async (how) => {
      const device = mt3.access?.through({ password: '11111111' }) ?? mt3;
      const { read, transcript } = rig([
        { device, options: { password: '12345678', 'on-wrong-password': how } },
      ]);
      // With the attempts of the device, one group and several in one session
      expect((await read(['energy'])).faults.energy).toMatchObject({ code: 'refused' });
      expect(transcript.filter((line) => line.startsWith('> P1'))).toEqual(['> P1(11111111)']);
      transcript.length = 0;
      expect(Object.keys((await read(['energy', 'clock'])).faults)).toEqual(['energy', 'clock']);
      // A NAK or silence may be the line's doing, so it is sent once more; an answer is an answer.
      const again = how === 'nak' || how === 'silent' ? ['> P1(11111111)'] : [];
      expect(transcript.filter((line) => line.startsWith('> P1'))).toEqual(again);
      transcript.length = 0;
      expect((await read(['energy'])).faults.energy).toMatchObject({ code: 'refused', rests: true });
      expect(transcript).toEqual([]);
    },
  );

  it('that is right opens the meter; a setting that is none is refused', async () => {
    const { run } = rig([{ device: mt3, options: { password: '12345678' } }]);
    const device = mt3.access?.through({ password: '12345678' }) ?? mt3;
    expect(await run(() => device.groups[1]?.read(0) ?? device.probe(0))).toHaveProperty('total');
    expect(() => mt3.access?.through({ pasword: 'x' })).toThrow("did you mean 'password'?");
    expect(() => mt3.access?.through({ password: 'a)(b' })).toThrow('cannot be sent');
  });

  it('for reading only does not let write', async () => {
    const { run } = rig([{ device: mt3, options: { 'second-password': '22222222' } }]);
    const device = mt3.access?.through({ password: '22222222' }) ?? mt3;
    const place = device.writables.find(({ name }) => name === 'place');
    if (place === undefined) throw new Error('no place');
    await expect(run(() => place.write(0, 'FLAT 12 STAIR 03'))).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('faults', () => {
  it.each(['block-check', 'nak', 'headless', 'unsupported'])(
    '%s now and then: right values, or a fault, and no waiting for ever',
    async (kind) => {
      // A device of its own: what it learns of registers must not reach the other tests.
      const device = mt3.access?.through({}) ?? mt3;
      const { read, site } = rig([{ device, faults: [[kind, 0.1]] }]);
      const truth = site.stations[0]?.readings().status;
      const { groups, faults } = await read(['status', 'identity']);
      for (const [name, value] of Object.entries(groups.status ?? {})) expect(value).toEqual(truth?.[name]);
      expect(Object.keys({ ...groups, ...faults }).sort()).toEqual(['identity', 'status']);
    },
  );

  it('a break instead of an answer ends in a fault that says so', async () => {
    const { read } = rig([{ device: mt3, faults: [['break', 1]] }]);
    const { faults } = await read(['energy']);
    expect(faults.energy?.code).toMatch(/refused|timeout/);
  });

  it('a meter that goes silent in mid-session: what was read is kept, the rest has a fault', async () => {
    const { read, site } = rig([{ device: mt3, faults: [['silence', 0.2]] }]);
    const { groups, faults } = await read();
    const all = [...Object.keys(groups), ...Object.keys(faults)];
    expect(all.sort()).toEqual(mt3.groups.map(({ name }) => name).sort());
    expect(site.stations).toHaveLength(1);
  });
});

/** Presets of the simulator, by their names. */
function presetsOf(id: string): Record<string, true> {
  const device = catalog.devices.find((one) => one.id === id);
  try {
    device?.station({ address: 0, random: () => 0, options: { preset: '?' } });
  } catch (error) {
    const names = /expected one of (.*)$/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
    return Object.fromEntries(names.split(', ').map((name) => [name, true] as const));
  }
  throw new Error(`${id} takes any preset`);
}

it('both kinds have the same groups', () => {
  expect(new Set(mt1.groups.map(({ name }) => name))).toEqual(new Set(mt3.groups.map(({ name }) => name)));
});
