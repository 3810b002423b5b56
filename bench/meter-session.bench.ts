/**
 * Time on the line of meter sessions, on a simulated line in virtual time where every character takes its time:
 *
 * - 10 registers at 9600 baud, sign-on to break, against the sum of what cannot be avoided: characters, the meter's
 *   25 ms before each answer, and the 20 ms of silence that we keep behind it. At most 1.1 times that.
 * - 128 days of load profile, without and with the registers that they are compared with: under 50 s without them.
 * - memory while a readout is read in pieces: bounded by one data set, whatever the length of the text.
 *
 *     node bench/meter-session.bench.ts
 *
 * Ends with 1 when one of them does not hold.
 */
import { openBus } from '../src/core/bus/bus.ts';
import { line } from '../src/core/line.ts';
import { memoryLine } from '../src/core/memory-link.ts';
import { virtualClock } from '../src/core/virtual-clock.ts';
import neva from '../src/devices/neva/mt3xx.ts';
import { dataSetReader } from '../src/iec62056/index.ts';
import { readCodes } from '../src/protocols/neva/index.ts';
import { site } from '../src/simulator/index.ts';

const LINE = line(9600, '7E1');
const REGISTERS = [
  '600100FF',
  '600104FF',
  '000902FF',
  '000901FF',
  '0F0880FF',
  '200700FF',
  '340700FF',
  '480700FF',
  '100700FF',
  '0E0701FF',
];
const REACTION = 25;
const SILENCE = 20;

const outcomes: boolean[] = [];
const print = (name: string, value: string, holds: boolean): void => {
  console.log(`${name.padEnd(72)} ${value.padStart(10)} ${holds ? '' : ' (too much)'}`);
  outcomes.push(holds);
};

/** A simulated meter and a bus, with what went over the line. */
function world() {
  const clock = virtualClock({ date: Date.UTC(2026, 10, 20, 10) });
  const wire = memoryLine(clock, { line: LINE });
  const bus = openBus(wire.link, LINE, clock, { random: () => 0.5 });
  const simulated = site({
    clock,
    devices: [{ device: neva, options: { latency: String(REACTION) } }],
    seed: 7,
  });
  const seen = { characters: 0, answers: 0 };
  void simulated.serve({
    ...wire.far,
    incoming: (async function* () {
      for await (const bytes of wire.far.incoming) {
        seen.characters += bytes.length;
        yield bytes;
      }
    })(),
    write: (bytes) => {
      seen.characters += bytes.length;
      seen.answers++;
      return wire.far.write(bytes);
    },
  });
  return { clock, bus, seen };
}

{
  const { clock, bus, seen } = world();
  const began = clock.now();
  const { answers } = await clock.run(
    bus.run({
      device: 'meter',
      rank: 'user',
      exchange: () => readCodes({ address: '' }, REGISTERS),
      timing: neva.timing,
    }),
  );
  const took = clock.now() - began;
  if (answers.some(({ value }) => value === undefined)) throw new Error('a register was not read');
  const wire = (seen.characters * 10_000) / LINE.baud;
  const floor = wire + seen.answers * REACTION + (seen.answers + 1) * SILENCE;
  console.log(
    `session of ${REGISTERS.length} registers: ${seen.characters} characters, ${seen.answers} answers`,
  );
  print('  wire + turnaround (meter 25 ms, silence 20 ms each)', `${floor.toFixed(0)} ms`, true);
  print('  took', `${took.toFixed(0)} ms`, true);
  print('  ratio', (took / floor).toFixed(3), took / floor <= 1.1);
}

/** Line time of a profile, and of its sign-on, plan and logs alone. */
async function profile(days: number, reconcile: boolean): Promise<number> {
  const { clock, bus } = world();
  const reading = neva.profile?.(0, { days, reconcile });
  if (reading === undefined) throw new Error('no profile');
  const began = clock.now();
  await clock.run(
    bus.run({ device: 'meter', rank: 'user', exchange: reading.exchange, timing: neva.timing }),
  );
  if (reading.days().length !== days + 1) throw new Error('days are missing');
  return clock.now() - began;
}

{
  const ground = await profile(0, false);
  const plain = await profile(127, false);
  const compared = await profile(127, true);
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  // The profile register alone: 301 characters of answer, 18 of request
  const floor = 128 * (((301 + 18) * 10_000) / LINE.baud + REACTION + SILENCE);
  console.log('128 days of load profile');
  print('  wire + turnaround of 128 profile registers', seconds(floor), true);
  print('  days alone', seconds(plain - ground), plain - ground < 50_000);
  print('  ratio', ((plain - ground) / floor).toFixed(3), true);
  print('  with sign-on, plan and logs', seconds(plain), true);
  print('  with the registers of each day as well', seconds(compared), true);
}

{
  const piece = Array.from(
    { length: 60 },
    (_, index) => `1-0:1.8.${index % 9}(${String(index).padStart(9, '0')}*kWh)\r\n`,
  ).join('');
  const memory = (): number => {
    return process.memoryUsage().heapUsed;
  };
  const reader = dataSetReader(() => undefined);
  reader.push(piece);
  const before = memory();
  let most = before;
  let bytes = 0;
  for (let count = 0; count < 100_000; count++) {
    reader.push(piece);
    bytes += piece.length;
    if (count % 5_000 === 0) most = Math.max(most, memory());
  }
  const growth = (most - before) / 1e6;
  console.log(`${(bytes / 1e6).toFixed(0)} MB of readout in pieces of ${piece.length}`);
  print('  growth of the heap', `${growth.toFixed(1)} MB`, growth < 64);
}
process.exitCode = outcomes.includes(false) ? 1 : 0;
