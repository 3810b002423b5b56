/**
 * Answers of three packs to 42h per second: bytes through scanner, LCHKSUM, LENGTH, CHKSUM, the address asked, the
 * count of packs, cells against module voltage, to named values with charge, power and temperatures; against a byte
 * loop written by hand for this one layout, which checks CHKSUM and the address and nothing else.
 *
 *     node bench/decode-pylontech.bench.ts
 *
 * Ends with 1 when ours takes more than four times as long. Says whether 300,000 a second are reached.
 */
import { scanner } from '../src/core/framing.ts';
import { numberIn } from '../src/core/field.ts';
import { listIn, type Values } from '../src/core/snapshot.ts';
import { recordsIn } from '../src/core/units.ts';
import { analog } from '../src/devices/pylontech/analog.ts';
import { valuesOf } from '../src/protocols/pylontech/index.ts';
import { seeded } from '../src/simulator/random.ts';
import { frameBytes, framing } from '../src/ydt1363/index.ts';

const FRAMES = 2_000;
const ROUNDS = 41;
const WARM_UP = 15;
const SLOWEST_RATIO = 4;
const LEAST = 300_000;

const random = seeded(42);
const below = (limit: number): number => Math.floor(random() * limit);
const word = (value: number): number[] => [(value >> 8) & 255, value & 255];

/** The bytes of a US2000 as `python-pylontech` has one in its tests: 15 cells, 5 sensors, 2 user-defined items. */
function pack(): number[] {
  const cells = Array.from({ length: 15 }, () => 3290 + below(20));
  return [
    15,
    ...cells.flatMap(word),
    5,
    ...Array.from({ length: 5 }, () => word(2931 + below(60))).flat(),
    ...word(below(400) - 200),
    ...word(cells.reduce((sum, cell) => sum + cell, 0)),
    ...word(500 * below(100)),
    2,
    ...word(50_000),
    ...word(below(900)),
  ];
}

const frames = Array.from({ length: FRAMES }, () =>
  frameBytes({
    ver: 0x20,
    adr: 2,
    cid1: 0x46,
    code: 0,
    info: Uint8Array.from([0x11, 3, ...pack(), ...pack(), ...pack()]),
  }),
);

const [message] = analog.messages;

function ours(): Values[] {
  const scan = scanner(framing);
  const readings: Values[] = [];
  for (const bytes of frames) {
    for (const found of scan.push(bytes)) {
      if (found.got !== 'frame' || found.frame.adr !== 2)
        throw new Error(`a true frame was refused: ${found.got}`);
      readings.push(valuesOf(found.frame, analog, message));
    }
  }
  return readings;
}

const NIBBLE = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 48 && code <= 57 ? code - 48 : code >= 65 && code <= 70 ? code - 55 : 0,
);

interface Plain {
  readonly cells: readonly number[];
  readonly temperatures: readonly number[];
  readonly current: number;
  readonly voltage: number;
  readonly remaining: number;
  readonly full: number;
  readonly cycles: number;
  readonly soc: number;
  readonly power: number;
}

function byHand(): Plain[][] {
  const readings: Plain[][] = [];
  for (const frame of frames) {
    const byte = (at: number): number =>
      ((NIBBLE[frame[at] ?? 0] ?? 0) << 4) | (NIBBLE[frame[at + 1] ?? 0] ?? 0);
    const two = (at: number): number => (byte(at) << 8) | byte(at + 2);
    const end = frame.length - 5;
    let sum = 0;
    for (let at = 1; at < end; at++) sum += frame[at] ?? 0;
    if (((sum + two(end)) & 0xffff) !== 0 || byte(3) !== 2) throw new Error('a true frame was refused');
    const packs: Plain[] = [];
    let at = 15;
    for (let left = byte(at), from = (at += 2); left > 0 && from > 0; left--) {
      const cells: number[] = [];
      const count = byte(at);
      at += 2;
      for (let index = 0; index < count; index++, at += 4) cells.push(two(at) / 1000);
      const temperatures: number[] = [];
      const sensors = byte(at);
      at += 2;
      for (let index = 0; index < sensors; index++, at += 4) temperatures.push((two(at) - 2731) / 10);
      const current = ((two(at) << 16) >> 16) / 10;
      const voltage = two(at + 4) / 1000;
      const remaining = two(at + 8) / 1000;
      const full = two(at + 14) / 1000;
      const cycles = two(at + 18);
      at += 22;
      packs.push({
        cells,
        temperatures,
        current,
        voltage,
        remaining,
        full,
        cycles,
        soc: (remaining / full) * 100,
        power: voltage * current,
      });
    }
    readings.push(packs);
  }
  return readings;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function timed(work: () => readonly unknown[]): number {
  const begun = performance.now();
  if (work().length !== FRAMES) throw new Error('frames were lost');
  return performance.now() - begun;
}

// Both must say the same, or the comparison means nothing.
const [mine, plain] = [ours(), byHand()];
for (const [index, packs] of plain.entries()) {
  const records = recordsIn(mine[index], 'packs');
  if (records.length !== 3) throw new Error(`frame ${index} has ${records.length} packs`);
  for (const [place, one] of packs.entries()) {
    const record = records[place];
    const same =
      one.cells.every((cell, cellIndex) => listIn(record, 'cell_voltages')[cellIndex] === cell) &&
      one.temperatures.every((value, sensor) => listIn(record, 'temperatures')[sensor] === value) &&
      numberIn(record, 'current') === one.current &&
      numberIn(record, 'remaining_capacity') === one.remaining &&
      Math.abs((numberIn(record, 'power') ?? 0) - one.power) < 1e-5;
    if (!same) throw new Error(`frame ${index}, pack ${place} differs`);
  }
}

const times: Record<'ours' | 'byHand', number[]> = { ours: [], byHand: [] };
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const [a, b] = [timed(ours), timed(byHand)];
  if (round < WARM_UP) continue;
  times.ours.push(a);
  times.byHand.push(b);
}
const rate = (name: keyof typeof times): number => (FRAMES / median(times[name])) * 1000;
const ratio = rate('byHand') / rate('ours');
console.log(
  `pylontech 42h, ${FRAMES} different answers of three packs, median of ${ROUNDS} interleaved rounds, Node ${process.version}`,
);
console.log(`busbar, everything checked  ${Math.round(rate('ours')).toLocaleString('en')} frames/s`);
console.log(`byte loop written by hand   ${Math.round(rate('byHand')).toLocaleString('en')} frames/s`);
console.log(`ratio ${ratio.toFixed(2)} (at most ${SLOWEST_RATIO})`);
console.log(
  rate('ours') >= LEAST
    ? '300,000 a second are reached'
    : '300,000 a second are not reached on this machine now',
);
process.exitCode = ratio > SLOWEST_RATIO ? 1 : 0;
