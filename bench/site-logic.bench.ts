/**
 * What the gateway does with every reading before it is stored: plausibility and energy, on racks of four packs with
 * fifteen cells each and on coulomb meters, against nothing but listing the same points once (`pointsOf`, which each
 * output does anyway). Device alarms, which change seldom, are timed beside.
 *
 *     node bench/site-logic.bench.ts
 *
 * Ends with 1 when plausibility and energy together cost more than twice the listing.
 */
import type { Group } from '../src/core/device.ts';
import { complete } from '../src/core/field.ts';
import { pointsOf, type Member } from '../src/core/site/index.ts';
import type { Readings, Value, Values } from '../src/core/snapshot.ts';
import kg from '../src/devices/juntek/kg.ts';
import pylontech from '../src/devices/pylontech/pylontech.ts';
import { seeded } from '../src/simulator/random.ts';
import { alarms, energyCount, plausibility, zoneOf } from '../src/site/index.ts';

const SNAPSHOTS = 2000;
const ROUNDS = 41;
const WARM_UP = 8;
const random = seeded(7);
const about = (value: number, spread: number): number =>
  Number((value + (random() - 0.5) * spread).toFixed(3));

interface Case {
  readonly title: string;
  readonly member: Member;
  readonly group: Group;
  readonly snapshots: readonly Values[];
}

function caseOf(title: string, device: typeof kg, name: string, own: () => Values, others: Readings): Case {
  const group = device.groups.find((one) => one.name === name);
  if (group === undefined) throw new Error(`no group ${name}`);
  const member: Member = { name: 'battery', title, groups: device.groups, writables: [], simulated: true };
  const snapshots = Array.from({ length: SNAPSHOTS }, () => complete(own(), group.derived, others));
  return { title, member, group, snapshots };
}

const shunt = (): Values => ({
  voltage: about(52, 0.4),
  current_magnitude: about(40, 20),
  direction: 'charging',
  remaining_capacity: about(200, 1),
  discharged_capacity: 25_000,
  charged_energy: 55_726,
  running_time: 419_234,
  temperature_raw: 125,
  output_code: 0,
  time_remaining: 300,
  internal_resistance: 12.5,
});
const pack = (address: number): Value => {
  const cell_voltages = Array.from({ length: 15 }, () => about(3.3, 0.02));
  const voltage = Number(cell_voltages.reduce((sum, cell) => sum + cell, 0).toFixed(3));
  const current = about(10, 4);
  return {
    address,
    cell_voltages,
    temperatures: [25, 22, 22, 21, 22],
    current,
    voltage,
    power: voltage * current,
    remaining_capacity: about(40, 0.2),
    full_capacity: 74,
    cycles: 120,
    soc: 54,
  };
};

const cases = [
  caseOf('rack of 4 × 15 cells', pylontech, 'analog', () => ({ packs: [2, 3, 4, 5].map(pack) }), {}),
  caseOf('coulomb meter', kg, 'measured', shunt, { configured: { full_capacity: 400 } }),
];

/** The last thing made, so that no compiler may leave the work out. */
let kept: unknown;

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[times.length >> 1] ?? Number.NaN;
}

/** Microseconds a snapshot. */
function timed(snapshots: readonly Values[], work: (values: Values, place: number) => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const begun = performance.now();
    for (const [place, values] of snapshots.entries()) kept = work(values, round * SNAPSHOTS + place);
    if (round >= WARM_UP) times.push(((performance.now() - begun) * 1000) / SNAPSHOTS);
  }
  return median(times);
}

const START = Date.parse('2026-11-21T00:00Z');
let worst = 0;
for (const { title, member, group, snapshots } of cases) {
  const judge = plausibility(group);
  const count = energyCount({ member, zone: zoneOf('Europe/Berlin') });
  const book = alarms({ lookup: () => undefined });
  book.configure([], [member], START);
  if (count === undefined) throw new Error('no battery');
  const listing = timed(snapshots, (values) => pointsOf(group, values));
  let refused = 0;
  const judging = timed(snapshots, (values, place) => {
    const judged = judge.judge(values, place * 1000);
    refused += judged.refusals.length;
    return judged;
  });
  const counting = timed(snapshots, (values, place) =>
    count.take(group.name, values, place * 1000, START + place * 1000),
  );
  const alarming = timed(snapshots, (values, place) =>
    book.observe(member.name, group.name, values, place * 1000, START + place * 1000),
  );
  const ratio = (judging + counting) / listing;
  worst = Math.max(worst, ratio);
  const points = pointsOf(group, snapshots[0] ?? {}).length;
  console.log(
    `${title} (${points} points): listing ${listing.toFixed(2)} µs, plausibility ${judging.toFixed(2)} µs, ` +
      `energy ${counting.toFixed(2)} µs, device alarms ${alarming.toFixed(2)} µs; ratio ${ratio.toFixed(2)} ` +
      `(${refused} refused)`,
  );
  console.log(
    `  5,000 such devices a second: ${(((judging + counting) * 5000) / 1e4).toFixed(1)} % of a core`,
  );
}
if (kept === null) throw new Error('nothing was done');
console.log(worst <= 2 ? 'ok: at most twice the listing' : 'too slow: more than twice the listing');
process.exitCode = worst <= 2 ? 0 : 1;
