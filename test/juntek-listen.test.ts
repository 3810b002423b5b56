import { describe, expect, test } from 'vitest';
import { ascii } from '../src/core/bytetext.ts';
import type { Device } from '../src/core/device.ts';
import { Fault } from '../src/core/fault.ts';
import { findDevices, tell } from '../src/core/find.ts';
import { isFamily } from '../src/core/catalog.ts';
import { overhear, place, type Reading } from '../src/core/read.ts';
import { catalog } from '../src/devices/index.ts';
import kg from '../src/devices/juntek/kg.ts';
import kh from '../src/devices/juntek/kh.ts';
import kl from '../src/devices/juntek/kl.ts';
import { converse } from './every-device/converse.ts';
import { faultOf, isTrue, type Rig, rig, type Wire, wired } from './juntek/rig.ts';

/** KG140F, juntek_kg README. */
const R50 = ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,';
const R51 = ':r51=1,12,0,0,0,0,0,100,0,0,4200,100,100,100,0,0,1,';

const groupsOf = (device: Device, names: readonly string[]) =>
  device.groups.filter(({ name }) => names.includes(name));

const listen = (
  on: Wire,
  device: Device,
  names: readonly string[],
  seconds: number,
  address = 1,
): Promise<Reading> =>
  on.clock.run(overhear(place(on.bus, device, address), groupsOf(device, names), seconds * 1000));

describe('listening beside a display', () => {
  test.each([
    ['display', kg, ['measured', 'configured'], 3],
    ['display', kh, ['measured', 'configured'], 3],
    ['display-old', kg, ['info', 'measured', 'configured'], 3],
  ] as const)(
    '%s polls: all that it asks is heard, and nothing is sent (%#)',
    async (name, device, names, seconds) => {
      const on = rig([{ device, masters: [[name, undefined]] }]);
      const reading = await listen(on, device, names, seconds);
      expect(reading.faults).toEqual({});
      expect(Object.keys(reading.groups)).toEqual([...names]);
      for (const group of names) expect(isTrue(reading, group, on.past)).toBe(true);
      expect(on.bus.health().bytesOut).toBe(0);
    },
  );

  test('every second there is a new reading, as the device had it', async () => {
    const on = rig([{ device: kg, masters: [['display', 1]] }]);
    const times: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      const reading = await listen(on, kg, ['measured'], 3);
      expect(isTrue(reading, 'measured', on.past)).toBe(true);
      times.push(reading.groups.measured?.running_time);
    }
    expect(times).toEqual(Array.from({ length: 20 }, (_, second) => Number(times[0]) + second));
  });

  test('an older display asks for settings every 10 s only: they take longer', async () => {
    const on = rig([{ device: kg, masters: [['display-old', undefined]] }]);
    await on.clock.advance(1500); // its first round, with everything, is over
    expect(faultOf(await listen(on, kg, ['configured'], 5), 'configured').code).toBe('timeout');
    expect((await listen(on, kg, ['configured'], 10)).faults).toEqual({});
  });

  test('display unplugged: a timeout that says that nobody asks', async () => {
    const on = rig();
    const fault = faultOf(await listen(on, kg, ['measured'], 5));
    expect(fault.code).toBe('timeout');
    expect(fault.message).toBe('measured of address 1: nobody asked for it within 5 s of listening');
    expect(fault.hint).toMatch(/never talks by itself.*needs a display.*poll it/);
  });

  test('an answer that cannot be read does not end the listening', async () => {
    const on = wired();
    const heard = overhear(place(on.bus, kg), groupsOf(kg, ['measured']), 2000);
    await on.clock.advance(100);
    await on.wire.far.write(ascii(':r50=1,2,1,\r\n')); // one value: the sum fits, the count does not
    await on.clock.advance(100);
    await on.wire.far.write(ascii(`${R50}\r\n`));
    expect((await on.clock.run(heard)).groups.measured).toMatchObject({ voltage: 53.66 });
    expect(on.clock.now()).toBeLessThan(500);
  });

  test('the display asks another meter: its address is named', async () => {
    const on = rig([{ device: kg, address: 5, masters: [['display', 2]] }]);
    expect(faultOf(await listen(on, kg, ['measured'], 3, 1)).hint).toMatch(/address 5 is heard, 1 was asked/);
  });

  test('our own polls are heard too', async () => {
    const on = rig();
    const heard = overhear(place(on.bus, kg), groupsOf(kg, ['measured']), 2000);
    await on.read(['measured']);
    expect(isTrue(await on.clock.run(heard), 'measured', on.past)).toBe(true);
  });
});

describe('answers that cannot be believed while only listening', () => {
  /** What is taken from some bytes on a line on which nothing is sent. */
  const overheard = (address: number, ...lines: readonly string[]) =>
    converse(kg.overhear?.(address) ?? unheard(), () => lines.map((line) => ascii(line)));
  // eslint-disable-next-line require-yield -- it stands for a device that cannot be overheard
  function* unheard(): Generator<never, never> {
    throw new Error('cannot be overheard');
  }

  test('one from an address that was not asked: the check sum does not cover the address', () => {
    const flipped = R50.replace(':r50=1', ':r50=3'); // one bit
    expect(overheard(3, ':R50=1,\n', `${flipped}\r\n`)).toMatchObject({ fault: { code: 'timeout' } });
    expect(overheard(3, ':R50=3,\n', `${flipped}\r\n`)).toMatchObject({ value: { group: 'measured' } });
    expect(overheard(3, `${flipped}\r\n`)).toMatchObject({ value: { group: 'measured' } });
  });

  test('one to another question', () => {
    expect(overheard(1, ':R51=1,\n', `${R50}\r\n`, `${R51}\r\n`)).toMatchObject({
      value: { group: 'configured' },
    });
    expect(overheard(1, ':R51=1,\n', `${R51}\r\n`)).toMatchObject({ value: { group: 'configured' } });
  });

  test('one to a question to everybody is believed', () => {
    expect(overheard(1, ':R50=00.\r\n', `${R50}\r\n`)).toMatchObject({ value: { group: 'measured' } });
  });

  test('one with check sum 0, and it is said why', () => {
    const outcome = overheard(1, `${R50.replace('=1,220', '=1,0')}\r\n`);
    expect(outcome).toMatchObject({ fault: { code: 'timeout' } });
  });
});

describe('hints for what owners met (threads 3, 10, 20, 27 of esphome-junctek_kgf)', () => {
  const hint = async (line: string): Promise<string> => {
    const on = wired();
    void (async () => {
      for await (const bytes of on.wire.far.incoming)
        if (bytes.length > 0) await on.wire.far.write(ascii(line));
    })();
    return faultOf(await on.read(['measured'])).hint ?? '';
  };

  test.each([
    ['silence', '', /powered.*RS485 "LINK" socket.*A and B.*address 1 \(P01 on a display; --address find/],
    [
      'bytes but no lines',
      '\x9c\x00\xe3\x1f',
      /make no whole line.*baud rate.*115200 8N1.*A and B are swapped/,
    ],
    [
      'only requests',
      ':R50=1,\n:R51=1,\n',
      /only requests of a display or another master are heard, no answers/,
    ],
    [
      'another address',
      ':R50=5,\n:r00=5,217,2140,110,6,\r\n',
      /a meter at address 5 is heard, 1 was asked: try --address 5/,
    ],
    ['other answers', `${R51}\r\n`, /answers other questions, but not this one/],
  ])('%s', async (_, line, expected) => {
    expect(await hint(line)).toMatch(expected);
  });
});

describe('which family it is', () => {
  const family = catalog.find('juntek');
  if (!isFamily(family)) throw new Error('juntek is a family');

  const told = (on: Rig, how: 'poll' | 'listen'): Promise<Device> =>
    on.clock.run(tell(on.bus, family, 1, how));

  test.each([
    [kg.id, kg],
    [kh.id, kh],
  ] as const)('%s by asking', async (id, device) => {
    expect((await told(rig([{ device }]), 'poll')).id).toBe(id);
  });

  test('a KL cannot be told from a KG', async () => {
    expect((await told(rig([{ device: kl }]), 'poll')).id).toBe('juntek-kg');
  });

  test.each([
    ['display', kg],
    ['display', kh],
    ['display-old', kg],
  ] as const)('beside a %s, by listening (%#)', async (name, device) => {
    expect((await told(rig([{ device, masters: [[name, 1]] }]), 'listen')).id).toBe(device.id);
  });

  test('a code that begins with another digit is neither', async () => {
    const on = wired();
    void (async () => {
      for await (const bytes of on.wire.far.incoming)
        if (bytes.length > 0) await on.wire.far.write(ascii(':r00=1,232,3140,116,35,\r\n'));
    })();
    // 3140 + 116 + 35 = 3291, 3291 mod 255 + 1 = 232
    const outcome = await on.clock.run(tell(on.bus, family, 1, 'poll')).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Fault);
    expect(outcome).toMatchObject({
      code: 'format',
      message: expect.stringContaining('3140 is not a code that begins with') as string,
    });
  });
});

describe('finding an address', () => {
  test('asks 1 to 99 once each and finds those that are there', async () => {
    const on = rig([
      { device: kg, address: 42 },
      { device: kh, address: 7 },
    ]);
    const tried: number[] = [];
    const found = await on.clock.run(
      findDevices(on.bus, catalog.find('juntek'), { onProgress: ({ address }) => tried.push(address) }),
    );
    expect(found.map(({ device, address }) => [device.id, address])).toEqual([
      ['juntek-kh', 7],
      ['juntek-kg', 42],
    ]);
    expect(tried).toHaveLength(99);
    expect(new Set(tried).size).toBe(99);
    expect(tried[0]).toBe(1);
    expect(on.clock.now()).toBeLessThan(15_000);
  });

  test('stops at the first when told so', async () => {
    const on = rig([{ device: kg, address: 3 }]);
    const found = await on.clock.run(findDevices(on.bus, kg, { first: true }));
    expect(found.map(({ address }) => address)).toEqual([3]);
    expect(on.clock.now()).toBeLessThan(1000);
  });
});
