import { describe, expect, test } from 'vitest';
import { text } from '../src/core/bytetext.ts';
import { openBus } from '../src/core/bus/bus.ts';
import { line } from '../src/core/line.ts';
import { memoryLine } from '../src/core/memory-link.ts';
import { place, poll } from '../src/core/read.ts';
import { virtualClock } from '../src/core/virtual-clock.ts';
import topbms from '../src/devices/topbms/topbms.ts';
import { mangler } from '../src/simulator/line-faults.ts';
import { simulateLine } from '../src/simulator/line.ts';
import { seeded } from '../src/simulator/random.ts';

/** What a pack says of itself, when it is silent on some of the questions: nobody has seen a TopBMS answer them. */

/** A pack that hears only some commands. */
function deafTo(...commands: readonly string[]) {
  const clock = virtualClock();
  const random = seeded(5);
  const baud = line(9600);
  const wire = memoryLine(clock, { line: baud });
  const pack = topbms.station({ address: 1, random });
  const asked: string[] = [];
  let deaf = commands;
  const station = {
    ...pack,
    hear: (bytes: Uint8Array) => {
      const command = text(bytes).slice(7, 9);
      asked.push(command);
      return deaf.includes(command) || deaf.includes('all') ? [] : pack.hear(bytes);
    },
  };
  void simulateLine({ channel: wire.far, clock, stations: [station], line: baud, mangler: mangler(random) });
  const bus = openBus(wire.link, baud, clock, { random });
  const of = place(bus, topbms);
  return {
    hears: (...others: readonly string[]) => (deaf = others),
    async read(name: string) {
      asked.length = 0;
      const began = clock.now();
      const groups = topbms.groups.filter((group) => group.name === name);
      const reading = await clock.run(poll(of, groups));
      return { ...reading, asked: [...asked], took: clock.now() - began };
    },
  };
}

describe('a pack that is silent', () => {
  test('on F1h tells the rest; it is asked for F1h twice, and then never again', async () => {
    const pack = deafTo('F1');
    const first = await pack.read('identity');
    expect(first.faults).toEqual({});
    expect(first.groups.identity).toMatchObject({ serial_number: 'SIMULATED 0001' });
    expect(first.groups.identity).not.toHaveProperty('model');
    expect(first.asked.filter((command) => command === 'F1')).toHaveLength(2);
    const second = await pack.read('identity');
    expect(second.asked).not.toContain('F1');
    expect(second.groups.identity).toMatchObject({ serial_number: 'SIMULATED 0001' });
    expect(second.took).toBeLessThan(1_000);
  });

  test('on all of them has no identity, as long as it answers anything else', async () => {
    const pack = deafTo('4D', 'E9', 'F1', '51');
    const first = await pack.read('identity');
    expect(first.faults).toEqual({});
    expect(first.groups.identity).toEqual({});
    expect(first.asked.slice(0, 3)).toEqual(['4D', '4D', '42']);
    const second = await pack.read('identity');
    expect(second.asked).toEqual([]);
    expect(second.groups.identity).toEqual({});
  });

  test('on everything is a timeout, and nothing is concluded: it may be off', async () => {
    const pack = deafTo('all');
    const { faults } = await pack.read('identity');
    expect(faults.identity?.code).toBe('timeout');
    pack.hears();
    const back = await pack.read('identity');
    expect(back.faults).toEqual({});
    expect(back.groups.identity).toMatchObject({
      serial_number: 'SIMULATED 0001',
      model: 'SIMULATED 16S150A',
    });
  });
});
