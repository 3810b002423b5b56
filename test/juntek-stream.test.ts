import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii } from '../src/core/bytetext.ts';
import { type Found, scanner } from '../src/core/framing.ts';
import { framing, type JuntekFrame } from '../src/protocols/juntek/frame.ts';

/** The scanner on real Juntek lines: cut anywhere, glued, damaged. */

/** Lines of real meters and displays (juntek_kg README, esphome-junctek_kgf notes, JuncTekBM-to-N2k test data). */
const REAL = [
  ':R50=01.\r\n',
  ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,\r\n',
  ':r00=1,217,2140,110,6,\r\n',
  ':r51=1,12,0,0,0,0,0,100,0,0,4200,100,100,100,0,0,1,\r\n',
  ':R51=1,\n',
  ':r50=1,119,1653,93,124123,109565,408091,869319,124,0,0,0,8008,29032,\r\n',
  ':r50=1,71,1260,510,1174,8325,8207,7922,122,0,99,1,44,100,101,0,\r\n',
  ':r00=1,4,4110,139,89,\r\n',
];

function found(chunks: readonly Uint8Array[]): Found<JuntekFrame>[] {
  const scan = scanner(framing);
  return [...chunks.flatMap((chunk) => scan.push(chunk)), ...scan.flush()];
}

const framesOf = (chunks: readonly Uint8Array[]): JuntekFrame[] =>
  found(chunks).flatMap((item) => (item.got === 'frame' ? [item.frame] : []));

/** What a line says, wherever in a buffer it stood: who, which, where, and the values. */
function said(frame: JuntekFrame): string {
  const { from, instruction, number, address, sum } = frame;
  return `${from} ${instruction}${number} at ${address} sum ${sum ?? 'none'}: ${valuesOf(frame)}`;
}

const valuesOf = (frame: JuntekFrame): string =>
  String.fromCharCode(...frame.bytes.subarray(frame.start, frame.end));

const ANY = ':rRwW=,. 0123456789\r\n\x00';
const piece = fc.oneof(
  { arbitrary: fc.constantFrom(...REAL), weight: 3 },
  {
    arbitrary: fc.constantFrom(...REAL).chain((line) => fc.nat(line.length).map((to) => line.slice(0, to))),
    weight: 1,
  },
  {
    arbitrary: fc.array(fc.constantFrom(...ANY.split('')), { maxLength: 12 }).map((drawn) => drawn.join('')),
    weight: 1,
  },
);
const cutStream = fc
  .array(piece, { maxLength: 6 })
  .map((pieces) => ascii(pieces.join('')))
  .chain((bytes) =>
    fc.record({ bytes: fc.constant(bytes), cuts: fc.array(fc.nat(bytes.length), { maxLength: 10 }) }),
  );

/** What was found in line order, neighbouring noise made one. */
function told(items: readonly Found<JuntekFrame>[]): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const text = String.fromCharCode(...item.bytes);
    const last = lines.at(-1);
    if (item.got === 'frame') lines.push(`frame ${said(item.frame)}`);
    else if (item.got === 'bad') lines.push(`bad ${item.bad.code} ${text}`);
    else if (last?.startsWith('noise ') === true) lines[lines.length - 1] = last + text;
    else lines.push(`noise ${text}`);
  }
  return lines;
}

test('any cut of a stream gives what all of it at once gives, byte by byte too', () => {
  fc.assert(
    fc.property(cutStream, ({ bytes, cuts }) => {
      const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
      const chunks = places.slice(1).map((to, index) => bytes.slice(places[index], to));
      const atOnce = told(found([bytes]));
      expect(told(found(chunks))).toEqual(atOnce);
      expect(told(found([...bytes].map((one) => Uint8Array.of(one))))).toEqual(atOnce);
    }),
    { numRuns: 500 },
  );
});

test('real lines are read behind any noise and in front of any', () => {
  const noise = fc.array(fc.constantFrom(...ANY.replace(':', '').split('')), { maxLength: 20 });
  fc.assert(
    fc.property(noise, fc.constantFrom(...REAL), fc.uint8Array({ maxLength: 20 }), (before, line, behind) => {
      const bytes = Uint8Array.from([...ascii(before.join('')), ...ascii(line), ...behind]);
      const [first] = framesOf([bytes]);
      expect(first === undefined ? 'nothing' : said(first)).toBe(framesOf([ascii(line)]).map(said)[0]);
    }),
  );
});

describe('a single flipped bit of a good answer', () => {
  // In the last, 0 (30h) may turn into a blank (20h): a reader that drops blanks would read 170, whose sum fits too,
  // since 1700 - 170 = 1530 = 6 * 255. So a blank behind a digit must not be dropped.
  const answers = [...REAL.filter((line) => line.startsWith(':r')), ':r50=1,171,1700,\r\n'];

  // With a digit d at place k changed into another, the sum moves by (d' - d)·10^k, and one bit makes d' - d
  // ±1, ±2, ±4 or ±8. None of these products has the factor 3 of 255 = 3·5·17: digits for digits are always seen.
  test.each(answers)('never gives other values: %j', (line) => {
    const good = framesOf([ascii(line)]);
    expect(good.map((frame) => frame.verified)).toEqual([true]);
    const values = good.map(valuesOf).join();
    let same = 0;
    for (let at = 0; at < line.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = ascii(line);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        for (const frame of framesOf([damaged])) {
          expect(valuesOf(frame), `bit ${bit} of byte ${at}: ${said(frame)}`).toBe(values);
          same++;
        }
      }
    }
    // What no sum covers: a bit of the letter and of the comma that may be a dot, at most four bits of each of the
    // two digits of the function and of the address (a 0 becomes 1, 2, 4 or 8), one of the sum that makes it 0, and
    // the eight of the LF, since a CR ends a line too.
    expect(same).toBeLessThanOrEqual(1 + 1 + 3 * 4 + 1 + 8);
  });

  test('may change who speaks, the function and the address, which no sum covers', () => {
    const line = ':r50=1,119,1653,93,124123,109565,408091,869319,124,0,0,0,8008,29032,\r\n';
    const flip = (at: number, to: string): string[] =>
      framesOf([ascii(line.slice(0, at) + to + line.slice(at + 1))]).map((frame) =>
        said(frame).replace(/:.*/, ''),
      );
    expect(flip(1, 'R')).toEqual(['master R50 at 1 sum 119']); // 72h, 52h: bit 5
    expect(flip(3, '1')).toEqual(['meter R51 at 1 sum 119']); // so the count of values has to be compared
    expect(flip(5, '3')).toEqual(['meter R50 at 3 sum 119']); // so the address has to be compared
  });

  test('may turn the sum into 0, which means "not verified" and is told', () => {
    // 34h and 30h differ in bit 2.
    expect(framesOf([ascii(':r00=1,0,4110,139,89,\r\n')])[0]).toMatchObject({ verified: false, sum: 0 });
  });
});

test('a line whose end was lost costs itself, not the one glued to it', () => {
  expect(told(found([ascii(':r50=1,220,5366,:r00=1,4,4110,139,89,\r\n')]))).toEqual([
    'bad format :r50=1,220,5366,',
    'frame meter R0 at 1 sum 4: 4110,139,89,',
  ]);
});

test('lines that manuals misprint are refused', () => {
  // KG-F manual, example of R51 (211 printed, its values make 212); older manual, example of R50 (215, 247).
  const misprint = ':r50=2,215,2056,200,5408,4592,9437,14353,134,4112,0,0,162,30682,\r\n';
  expect(told(found([ascii(misprint)]))).toEqual([`bad checksum ${misprint}`]);
});
