/**
 * How much of the line's time a bus leaves unused: a rack of 8 packs of 15 cells at 9600 baud, 25 ms from question to
 * answer, 42h of each pack; and what one silent pack costs the others after its back-off. In virtual time, then once
 * in real time (about 3 s).
 *
 *     node bench/rack-bus.bench.ts
 *
 * Ends with 1 when a round takes more than 1.05 times wire and answering time, or the silent pack costs 5 % or more.
 */
import type { Clock } from '../src/core/clock.ts';
import { openBus } from '../src/core/bus/bus.ts';
import { characterTime, line as lineOf } from '../src/core/line.ts';
import { memoryLine } from '../src/core/memory-link.ts';
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

function lay(clock: Clock, mute: { pack: number }) {
  const random = seeded(8);
  const wire = memoryLine(clock, { line: LINE });
  const options = { packs: String(PACKS), latency: String(ANSWERS_AFTER) };
  const station = pylontech.station({ address: 2, options, random });
  const hear = (bytes: Uint8Array) =>
    String.fromCharCode(...bytes.subarray(3, 5)) === mute.pack.toString(16).toUpperCase().padStart(2, '0')
      ? []
      : station.hear(bytes);
  const stations = [{ ...station, hear }];
  const served = simulateLine({ channel: wire.far, clock, stations, line: LINE, mangler: mangler(random) });
  const bus = openBus(wire.link, LINE, clock, { random });
  const of = place(bus, pylontech);
  return {
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

console.log(`${PACKS} packs at 9600 baud, wire and answering time ${IDEAL.toFixed(0)} ms a round`);
console.log(`virtual time   ${ratio.toFixed(3)} of it a round (at most ${MOST})`);
console.log(`real time      ${real.toFixed(3)} of it, one round`);
console.log(
  `a silent pack  costs the others ${(silent * 100).toFixed(1)} % of their rate after its back-off (less than ${MOST_LOST * 100} %)`,
);
process.exitCode = ratio > MOST || silent >= MOST_LOST ? 1 : 0;
