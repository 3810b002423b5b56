import { describe, expect, test } from 'vitest';
import { text } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { place, poll, type Reading } from '../../src/core/read.ts';
import type { Values } from '../../src/core/snapshot.ts';
import { recordsIn } from '../../src/core/units.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pace from '../../src/devices/pace/pace.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import topbms from '../../src/devices/topbms/topbms.ts';
import { rig } from '../juntek/rig.ts';
import { rack } from './rack.ts';

/** One question to all packs (COMMAND FF): asked only where it has worked. */

const analog = pylontech.groups.filter((group) => group.name === 'analog');
const addresses = (values: Values | undefined): unknown[] =>
  recordsIn(values, 'packs').map((pack) => pack.address);

/** A rack whose questions are written down. */
function watched(
  options: Readonly<Record<string, string>>,
  hears: (question: string) => boolean = () => true,
  address = 2,
) {
  const clock = virtualClock();
  const asked: string[] = [];
  const on = rack(clock, [[address, options]], line(115200), (bytes) => {
    asked.push(text(bytes).slice(0, 15));
    return hears(text(bytes));
  });
  const of = place(on.bus, pylontech, address);
  return {
    stations: on.stations,
    close: () => clock.run(on.close()),
    /** Reads once; brings what was read, the questions, and milliseconds. */
    async round(): Promise<Reading & { readonly asked: readonly string[]; readonly took: number }> {
      asked.length = 0;
      const began = clock.now();
      const reading = await clock.run(poll(of, analog, { rank: 'live' }));
      return { ...reading, asked: [...asked], took: clock.now() - began };
    },
    advance: (milliseconds: number) => clock.advance(milliseconds),
  };
}

const ALL = '~20024642E002FF';
const one = (address: number): string => {
  const adr = address.toString(16).toUpperCase().padStart(2, '0');
  return `~20${adr}4642E002${adr}`;
};

describe('older packs', () => {
  test('are first asked one by one, then all at once, and say the same', async () => {
    const on = watched({ packs: '4' });
    const single = await on.round();
    expect(single.asked.slice(0, 4)).toEqual([one(2), one(3), one(4), one(5)]);
    expect(single.asked).not.toContain(ALL);
    for (let round = 0; round < 3; round++) {
      const whole = await on.round();
      expect(whole.asked).toEqual([ALL]);
      expect(whole.faults).toEqual({});
      expect(recordsIn(whole.groups.analog, 'packs')).toEqual(recordsIn(single.groups.analog, 'packs'));
      // the rack view too, but for COMMAND, which says 4 packs instead of pack 2
      expect({ ...whole.groups.analog, command: 2 }).toEqual(single.groups.analog);
    }
    await on.close();
  });

  test('of one rack take less of the line so: 16 in a quarter of a second', async () => {
    const on = watched({ packs: '16' });
    await on.round();
    await on.round();
    const { took, groups } = await on.round();
    // 22 and 1974 characters at 115200 baud, 25 ms to answer, 8 ms of silence: 206 ms
    expect(took).toBeLessThan(250);
    expect(addresses(groups.analog)).toHaveLength(16);
    await on.close();
  });

  test('a pack that appears or vanishes is noticed at once: single questions again', async () => {
    let plugged = 3;
    const on = watched({ packs: '4' }, (question) => Number.parseInt(question.slice(3, 5), 16) < 2 + plugged);
    // Behind the link cable the master knows four packs; one of them does not answer by itself.
    await on.round();
    const first = await on.round();
    // Three answered by themselves, four are in the answer: not to be believed.
    expect(first.asked).toEqual([ALL, one(2), one(3), one(4)]);
    expect(addresses(first.groups.analog)).toEqual([2, 3, 4]);
    plugged = 4;
    await on.advance(61_000);
    expect(addresses((await on.round()).groups.analog)).toEqual([2, 3, 4, 5]);
    // Tried once in vain, it is not asked again.
    expect((await on.round()).asked).toEqual([one(2), one(3), one(4), one(5)]);
    await on.close();
  });

  test('where it has worked, a pack that is unplugged is a fault of that pack in the same round', async () => {
    const on = watched({ packs: '3' });
    await on.round();
    expect((await on.round()).asked).toEqual([ALL]);
    on.stations[0]?.fault('unplugged', 1);
    const after = await on.round();
    expect(after.asked.slice(0, 2)).toEqual([ALL, one(2)]);
    expect(addresses(after.groups.analog)).toEqual([2]);
    expect(Object.keys(after.faults)).toEqual(['analog/3', 'analog/4']);
    // Plugged in again: single questions for ten minutes, then it may be tried anew.
    on.stations[0]?.fault('unplugged', 0);
    const back = await on.round();
    expect(back.asked).toEqual([one(2), one(3), one(4)]);
    expect(addresses(back.groups.analog)).toEqual([2, 3, 4]);
    await on.advance(300_000);
    expect((await on.round()).asked).not.toContain(ALL);
    await on.advance(300_000);
    await on.round();
    expect((await on.round()).asked).toEqual([ALL]);
    await on.close();
  });

  test('falls back at the first broken answer', async () => {
    const on = watched({ packs: '3' });
    await on.round();
    await on.round();
    on.stations[0]?.fault('wrong-sum', 1);
    const broken = await on.round();
    expect(broken.asked[0]).toBe(ALL);
    expect(broken.asked.filter((question) => question === ALL)).toHaveLength(1);
    on.stations[0]?.fault('wrong-sum', 0);
    expect((await on.round()).asked).toEqual([one(2), one(3), one(4)]);
    await on.close();
  });
});

test('newer packs are silent at it: it is asked once in a run', async () => {
  const on = watched({ packs: '3', model: 'us3000c' });
  await on.round();
  const tried = await on.round();
  expect(tried.asked).toEqual([ALL, one(2), one(3), one(4)]);
  expect(tried.faults).toEqual({});
  for (let round = 0; round < 5; round++) {
    await on.advance(400_000);
    expect((await on.round()).asked).not.toContain(ALL);
  }
  await on.close();
});

test('a master alone is never asked for all', async () => {
  const on = watched({ packs: '1' });
  for (let round = 0; round < 4; round++) expect((await on.round()).asked).not.toContain(ALL);
  await on.close();
});

test('an answer of other packs than were read one by one is not believed', async () => {
  // Cycles of the second pack change between the single questions and the one to all.
  const on = watched({ packs: '2' });
  await on.round();
  on.stations[0]?.set('analog.3.cycles', 4000);
  const after = await on.round();
  expect(after.asked).toEqual([ALL, one(2), one(3)]);
  expect(recordsIn(after.groups.analog, 'packs')[1]).toMatchObject({ address: 3, cycles: 4000 });
  await on.close();
});

test('packs of the older dialect are asked at ADR 01', async () => {
  const on = watched({ packs: '3', model: 'us2000' }, undefined, 1);
  expect(addresses((await on.round()).groups.analog)).toEqual([1, 2, 3]);
  const whole = await on.round();
  expect(whole.asked).toEqual(['~20014642E002FF']);
  expect(addresses(whole.groups.analog)).toEqual([1, 2, 3]);
  await on.close();
});

test('a TopBMS that answers for itself only is asked for all once', async () => {
  const on = rig([1, 2, 3].map((address) => ({ device: topbms, address, cells: 16 })));
  const of = place(on.bus, topbms);
  const sent = async (): Promise<number> => {
    const before = on.bus.health().bytesOut;
    const { groups, faults } = await on.read(['telemetry'], of);
    expect(faults).toEqual({});
    expect(addresses(groups.telemetry)).toEqual([1, 2, 3]);
    return on.bus.health().bytesOut - before;
  };
  await sent();
  // questions of 20 characters: one to all and three to each, then three
  expect(await sent()).toBe(80);
  expect(await sent()).toBe(60);
});

test('a PACE master answers for all packs behind it in one', async () => {
  const on = rig([{ device: pace, cells: 16, options: { packs: '2' } }]);
  const of = place(on.bus, pace);
  const single = await on.read(['telemetry'], of);
  const before = on.bus.health().bytesOut;
  const whole = await on.read(['telemetry'], of);
  // one question of 20 characters
  expect(on.bus.health().bytesOut - before).toBe(20);
  expect(addresses(single.groups.telemetry)).toEqual([1, 2]);
  expect(addresses(whole.groups.telemetry)).toEqual([1, 2]);
});
