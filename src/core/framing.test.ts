import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Found, type Framing, type Scan, scanner } from './framing.ts';

/**
 * A small framing with everything that makes trouble: A5h, a length 0 to 15, so many bytes, their sum modulo 256.
 * The mark may stand anywhere inside, so frames hide in broken frames.
 */
const MARK = 0xa5;
const toy: Framing<string> = {
  longest: 18,
  scan(bytes, start, end): Scan<string> {
    if (bytes[start] !== MARK) return { got: 'noise', used: 1 };
    if (start + 1 >= end) return { got: 'partial' };
    const length = bytes[start + 1] ?? 0;
    if (length > 15) return { got: 'noise', used: 1 };
    const sumAt = start + 2 + length;
    if (sumAt >= end) return { got: 'partial' };
    const body = bytes.slice(start + 2, sumAt);
    const sum = body.reduce((total, byte) => (total + byte) & 255, 0);
    if (sum === bytes[sumAt]) return { got: 'frame', frame: [...body].join(' '), used: length + 3 };
    const message = `sum ${bytes[sumAt] ?? -1}, ${sum} expected`;
    return { got: 'noise', used: 1, bad: { code: 'checksum', message, span: length + 3 } };
  },
};

function frameOf(body: readonly number[], spoil = 0): number[] {
  const sum = body.reduce((total, byte) => (total + byte) & 255, 0);
  return [MARK, body.length, ...body, (sum + spoil) & 255];
}

const byte = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 255 }), weight: 3 },
  { arbitrary: fc.constantFrom(MARK, 0, 1, 2, 3, 14), weight: 2 },
);
const body = fc.array(byte, { maxLength: 15 });
/** A line as it comes: good frames, broken ones, good ones inside broken ones, cut ones, noise. */
const piece = fc.oneof(
  body.map((bytes) => frameOf(bytes)),
  fc.tuple(body, fc.integer({ min: 1, max: 255 })).map(([bytes, spoil]) => frameOf(bytes, spoil)),
  fc.array(byte, { maxLength: 4 }).map((bytes) => frameOf(frameOf(bytes), 7)),
  fc.tuple(body, fc.nat(17)).map(([bytes, length]) => frameOf(bytes).slice(0, length)),
  fc.array(byte, { maxLength: 8 }),
);
const stream = fc.array(piece, { maxLength: 8 }).map((pieces) => Uint8Array.from(pieces.flat()));
/** A stream and the places where it is cut. */
const cutStream = stream.chain((bytes) =>
  fc.record({ bytes: fc.constant(bytes), cuts: fc.array(fc.nat(bytes.length), { maxLength: 12 }) }),
);

function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
  return places.slice(1).map((to, index) => bytes.slice(places[index], to));
}

function scanAll(chunks: readonly Uint8Array[]): Found<string>[] {
  const scan = scanner(toy);
  return [...chunks.flatMap((chunk) => scan.push(chunk)), ...scan.flush()];
}

/** Neighbouring noise made one, since noise is handed over as it is settled. */
function told(found: readonly Found<string>[]): string[] {
  const lines: string[] = [];
  let noise: number[] = [];
  const settle = (): void => {
    if (noise.length > 0) lines.push(`noise ${noise.join(' ')}`);
    noise = [];
  };
  for (const item of found) {
    if (item.got === 'noise') {
      noise.push(...item.bytes);
      continue;
    }
    settle();
    const bytes = [...item.bytes].join(' ');
    lines.push(
      item.got === 'frame' ? `frame ${item.frame} of ${bytes}` : `bad ${item.bad.message} of ${bytes}`,
    );
  }
  settle();
  return lines;
}

const joined = (found: readonly Found<string>[]): number[] => found.flatMap((item) => [...item.bytes]);

describe('whatever the bytes and however they are cut', () => {
  test('the same is found as in all of them at once, byte by byte too', () => {
    fc.assert(
      fc.property(cutStream, ({ bytes, cuts }) => {
        const atOnce = told(scanAll([bytes]));
        expect(told(scanAll(chunksOf(bytes, cuts)))).toEqual(atOnce);
        expect(told(scanAll([...bytes].map((one) => Uint8Array.of(one))))).toEqual(atOnce);
      }),
      { numRuns: 1000 },
    );
  });

  test('every byte is handed over once, in order', () => {
    fc.assert(
      fc.property(cutStream, ({ bytes, cuts }) => {
        expect(joined(scanAll(chunksOf(bytes, cuts)))).toEqual([...bytes]);
      }),
    );
  });

  test('what was handed over is never changed afterwards, by the scanner or by the giver of the bytes', () => {
    fc.assert(
      fc.property(cutStream, ({ bytes, cuts }) => {
        const scan = scanner(toy);
        const found: Found<string>[] = [];
        for (const chunk of chunksOf(bytes, cuts)) {
          found.push(...scan.push(chunk));
          chunk.fill(0xee); // the giver uses its buffer again
        }
        found.push(...scan.flush());
        expect(joined(found)).toEqual([...bytes]);
      }),
    );
  });

  test('a good frame is found behind any noise that has no mark, and in front of any noise', () => {
    const noise = fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.filter((one) => one !== MARK));
    fc.assert(
      fc.property(noise, body, fc.uint8Array({ maxLength: 20 }), (before, bytes, behind) => {
        const frame = frameOf(bytes);
        const lines = told(scanAll([Uint8Array.from([...before, ...frame, ...behind])]));
        expect(lines).toContain(`frame ${bytes.join(' ')} of ${frame.join(' ')}`);
      }),
    );
  });

  test('memory stays below two of the longest frames', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const scan = scanner(toy);
        for (const one of bytes) {
          scan.push(Uint8Array.of(one));
          expect(scan.pending).toBeLessThanOrEqual(toy.longest);
        }
        expect(scan.drain().length).toBeLessThanOrEqual(2 * toy.longest);
      }),
    );
  });
});

describe('a broken frame', () => {
  test('costs one byte: the good frame inside it is found, and cuts it short', () => {
    // A5 8 [A5 3 1 2 3 6] 9 9 with a sum of 0: inside stands A5 3 1 2 3 6.
    const bytes = Uint8Array.of(MARK, 8, MARK, 3, 1, 2, 3, 6, 9, 9, 0);
    expect(told(scanAll([bytes]))).toEqual([
      'bad sum 0, 198 expected of 165 8', // 165 + 3 + 1 + 2 + 3 + 6 + 9 + 9 = 198
      'frame 1 2 3 of 165 3 1 2 3 6',
      'noise 9 9 0',
    ]);
  });

  test('is reported once and whole, with the noise in front of and behind it apart', () => {
    expect(told(scanAll([Uint8Array.of(7, 7, MARK, 2, 1, 1, 5, 7)]))).toEqual([
      'noise 7 7',
      'bad sum 5, 2 expected of 165 2 1 1 5',
      'noise 7',
    ]);
  });

  test('and the next one behind it are two', () => {
    expect(told(scanAll([Uint8Array.of(MARK, 1, 1, 5, MARK, 1, 2, 5)]))).toEqual([
      'bad sum 5, 1 expected of 165 1 1 5',
      'bad sum 5, 2 expected of 165 1 2 5',
    ]);
  });
});

describe('a frame that has begun', () => {
  test('is held back until it is whole', () => {
    const scan = scanner(toy);
    expect(scan.push(Uint8Array.of(1, MARK, 2, 5))).toEqual([{ got: 'noise', bytes: Uint8Array.of(1) }]);
    expect(scan.pending).toBe(3);
    expect(scan.push(Uint8Array.of(6))).toEqual([]);
    expect(told(scan.push(Uint8Array.of(11)))).toEqual(['frame 5 6 of 165 2 5 6 11']);
    expect(scan.pending).toBe(0);
  });

  test('is given up by flush, which finds the whole frame hidden in it', () => {
    const scan = scanner(toy);
    expect(scan.push(Uint8Array.of(MARK, 12, MARK, 1, 4, 4, 8))).toEqual([]);
    expect(told(scan.flush())).toEqual(['noise 165 12', 'frame 4 of 165 1 4 4', 'noise 8']);
    expect([scan.pending, scan.flush()]).toEqual([0, []]);
  });

  test('is given up byte by byte: the next byte may begin a frame', () => {
    const neighbours: Framing<string> = {
      longest: 9,
      scan: (bytes, start) =>
        bytes[start] === 2 ? { got: 'frame', frame: 'two', used: 1 } : { got: 'partial' },
    };
    const scan = scanner(neighbours);
    expect(scan.push(Uint8Array.of(1, 2, 1))).toEqual([]);
    expect(told(scan.flush())).toEqual(['noise 1', 'frame two of 2', 'noise 1']);
  });

  test('inside a broken one is handed over by drain with it, and leaves nothing behind', () => {
    const scan = scanner(toy);
    // A5 3 [A5 9 1] 0: a sum of 175 would fit; inside, a frame of nine has begun.
    const bytes = Uint8Array.of(MARK, 3, MARK, 9, 1, 0);
    expect([scan.push(bytes), scan.pending, scan.drain(), scan.pending]).toEqual([[], 4, bytes, 0]);
    expect(told(scan.push(Uint8Array.from(frameOf([1]))))).toEqual(['frame 1 of 165 1 1 1']);
  });

  test('can be handed over by drain, and another scanner finds it whole', () => {
    const [one, other] = [scanner(toy), scanner(toy)];
    one.push(Uint8Array.of(MARK, 2, 5));
    other.push(one.drain());
    expect(one.pending).toBe(0);
    expect(told(other.push(Uint8Array.of(6, 11)))).toEqual(['frame 5 6 of 165 2 5 6 11']);
    expect(told(one.push(Uint8Array.from(frameOf([1]))))).toEqual(['frame 1 of 165 1 1 1']);
  });

  test('that grows beyond the longest one believed is noise, byte by byte', () => {
    const endless: Framing<string> = {
      longest: 4,
      scan: (bytes, start) => (bytes[start] === MARK ? { got: 'partial' } : { got: 'noise', used: 1 }),
    };
    const scan = scanner(endless);
    expect(scan.push(Uint8Array.of(MARK, 1, 2, 3))).toEqual([]);
    expect(scan.push(Uint8Array.of(4))).toEqual([{ got: 'noise', bytes: Uint8Array.of(MARK, 1, 2, 3, 4) }]);
  });
});

test('nothing comes of nothing', () => {
  const scan = scanner(toy);
  expect([scan.push(new Uint8Array(0)), scan.flush(), scan.drain().length, scan.pending]).toEqual([
    [],
    [],
    0,
    0,
  ]);
});
