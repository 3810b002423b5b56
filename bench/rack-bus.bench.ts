/**
 * How much of the line's time a bus leaves unused: a rack of 8 packs of 15 cells at 9600 baud, 25 ms from question to
 * answer, 42h of each pack; and what one silent pack costs the others after its back-off. In virtual time, then once
 * in real time (about 4 s). Then the cycle of 16 packs at 115200 with all its groups, and the same rack where it
 * answers for all packs at once.
 *
 *     node bench/rack-bus.bench.ts
 *
 * Ends with 1 when a round takes more than 1.05 times wire and answering time, when the silent pack costs 5 % or more,
 * or when the 16 packs miss their cycle of a second.
 */
import type { Clock } from '../src/core/clock.ts';
import { openBus } from '../src/core/bus/bus.ts';
import { characterTime, line as lineOf } from '../src/core/line.ts';
import { memoryLine } from '../src/core/memory-link.ts';
import { follow } from '../src/core/follow.ts';
import { place, poll } from '../src/core/read.ts';
import { recordsIn } from '../src/core/units.ts';
import { virtualClock } from '../src/core/virtual-clock.ts';
import pylontech from '../src/devices/pylontech/pylontech.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { mangler } from '../src/simulator/line-faults.ts';
import { simulateLine } from '../src/simulator/line.ts';
import { seeded } from '../src/simulator/random.ts';

const LINE = lineOf(9600);
const PACKS = 8;
const ANSWERS_AFTER = 25;
/** Characters of a question and of its answer: 15 cells, 5 sensors, 4 user-defined items. */
const EXCHANGE = 20 + 140;
const IDEAL = PACKS * (EXCHANGE * characterTime(LINE) + ANSWERS_AFTER);
const MOST = 1.05;
const MOST_LOST = 0.05;
/** Minutes of polling with a silent pack: the first two belong to its back-off. */
const SETTLING = 5 * 60_000;
const MEASURED = 30 * 60_000;

const analog = pylontech.groups.filter((group) => group.name === 'analog');

/** A rack on a line; newer packs are silent when all are asked at once, so that each is asked by itself. */
function lay(clock: Clock, mute: { pack: number }, model = 'us3000c', packs = PACKS, line = LINE) {
  const random = seeded(8);
  const wire = memoryLine(clock, { line });
  const options = { packs: String(packs), latency: String(ANSWERS_AFTER), model };
  const station = pylontech.station({ address: 2, options, random });
  const hear = (bytes: Uint8Array) =>
    String.fromCharCode(...bytes.subarray(3, 5)) === mute.pack.toString(16).toUpperCase().padStart(2, '0')
      ? []
      : station.hear(bytes);
  const stations = [{ ...station, hear }];
  const served = simulateLine({ channel: wire.far, clock, stations, line, mangler: mangler(random) });
  const bus = openBus(wire.link, line, clock, { random });
  const of = place(bus, pylontech);
  return {
    of,
    round: async (): Promise<number> => {
      const { groups } = await poll(of, analog, { rank: 'live' });
      return recordsIn(groups.analog, 'packs').length;
    },
    close: async () => {
      await bus.close();
      await wire.far.close();
      await served;
    },
  };
}

/** Rounds until a time is over; brings packs read and milliseconds. */
async function rounds(clock: Clock, round: () => Promise<number>, forMilliseconds: number) {
  const began = clock.now();
  let packs = 0;
  while (clock.now() - began < forMilliseconds) packs += await round();
  return { packs, milliseconds: clock.now() - began };
}

async function measure(clock: Clock, count: number): Promise<number> {
  const rack = lay(clock, { pack: 0 });
  await rack.round(); // finds the packs
  await rack.round(); // asks all at once, in vain
  const began = clock.now();
  for (let index = 0; index < count; index++) {
    if ((await rack.round()) !== PACKS) throw new Error('a pack was not read');
  }
  const ratio = (clock.now() - began) / count / IDEAL;
  await rack.close();
  return ratio;
}

const clock = virtualClock();
const ratio = await clock.run(measure(clock, 20));

const silent = await clock.run(
  (async () => {
    const mute = { pack: 0 };
    const rack = lay(clock, mute);
    await rack.round();
    await rack.round();
    const before = await rounds(clock, rack.round, MEASURED);
    mute.pack = 5;
    await rounds(clock, rack.round, SETTLING);
    const after = await rounds(clock, rack.round, MEASURED);
    await rack.close();
    // Rounds of the others a second, without the time that the silent pack no longer takes.
    const rate = (of: typeof before, packs: number): number => of.packs / packs / of.milliseconds;
    const wanted = rate(before, PACKS) * (PACKS / (PACKS - 1));
    return 1 - rate(after, PACKS - 1) / wanted;
  })(),
);

const real = await measure(systemClock, 1);

/** A rack of 16 at 115200 followed for ten minutes, read each second: most milliseconds between two of a group. */
async function cycle(model: string): Promise<Readonly<Record<string, number>>> {
  const rack = lay(clock, { pack: 0 }, model, 16, lineOf(115200));
  const stop = new AbortController();
  clock.after(600_000, () => stop.abort());
  const last = new Map<string, number>();
  const longest: Record<string, number> = {};
  let settled = 0;
  for await (const { fresh } of follow(rack.of, { periods: { analog: 1 }, signal: stop.signal })) {
    const now = clock.now();
    settled ||= fresh.includes('identity') ? now : 0;
    for (const group of fresh) {
      const before = last.get(group);
      if (settled > 0 && before !== undefined && before > settled)
        longest[group] = Math.max(longest[group] ?? 0, now - before);
      last.set(group, now);
    }
  }
  await rack.close();
  return longest;
}
const single = await clock.run(cycle('us3000c'));
const whole = await clock.run(cycle('us3000'));
const seconds = (milliseconds = 0): string => `${(milliseconds / 1000).toFixed(2)} s`;
const MOST_CYCLE = 1_050;

console.log(`${PACKS} packs at 9600 baud, wire and answering time ${IDEAL.toFixed(0)} ms a round`);
console.log(`virtual time   ${ratio.toFixed(3)} of it a round (at most ${MOST})`);
console.log(`real time      ${real.toFixed(3)} of it, one round`);
console.log(
  `a silent pack  costs the others ${(silent * 100).toFixed(1)} % of their rate after its back-off (less than ${MOST_LOST * 100} %)`,
);
for (const [says, of] of [
  ['one by one', single],
  ['all at once', whole],
] as const) {
  console.log(
    `16 packs at 115200, ${says}: cells every ${seconds(of.analog)} at most, alarms ${seconds(of.alarms)}, limits of the inverter ${seconds(of.management)}`,
  );
}
const late = Math.max(single.analog ?? Infinity, whole.analog ?? Infinity) > MOST_CYCLE;
process.exitCode = late || ratio > MOST || silent >= MOST_LOST ? 1 : 0;
