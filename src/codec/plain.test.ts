import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  annotate,
  type Codec,
  counted,
  decode,
  explain,
  i16be,
  i16le,
  i32be,
  i8,
  list,
  repeated,
  scaled,
  struct,
  u16be,
  u16le,
  u24be,
  u32be,
  u32le,
  u8,
} from './index.ts';

/** Each codec with its width and with what the platform reads at an index. */
const numbers: readonly [string, Codec<number>, number, (view: DataView, at: number) => number][] = [
  ['u8', u8, 1, (view, at) => view.getUint8(at)],
  ['i8', i8, 1, (view, at) => view.getInt8(at)],
  ['u16be', u16be, 2, (view, at) => view.getUint16(at)],
  ['u16le', u16le, 2, (view, at) => view.getUint16(at, true)],
  ['i16be', i16be, 2, (view, at) => view.getInt16(at)],
  ['i16le', i16le, 2, (view, at) => view.getInt16(at, true)],
  ['u24be', u24be, 3, (view, at) => view.getUint16(at) * 256 + view.getUint8(at + 2)],
  ['u32be', u32be, 4, (view, at) => view.getUint32(at)],
  ['u32le', u32le, 4, (view, at) => view.getUint32(at, true)],
  ['i32be', i32be, 4, (view, at) => view.getInt32(at)],
];

describe.each(numbers)('%s reads what the platform reads', (_, codec, width, expected) => {
  test('in structures and lists, divided and not, explained and not', () => {
    const tenths = annotate(scaled(codec, 10), { title: 'Tenths' });
    const both = struct({ one: codec, tenth: tenths, ones: list(codec, 3), tenths: counted(u8, tenths, 3) });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 5 * width, maxLength: 5 * width }),
        fc.uint8Array({ minLength: 3 * width, maxLength: 3 * width }),
        (head, tail) => {
          const bytes = Uint8Array.from([...head, 3, ...tail]);
          const view = new DataView(bytes.buffer);
          const at = (index: number): number => expected(view, index * width);
          const behind = (index: number): number => expected(view, head.length + 1 + index * width) / 10;
          const values = {
            one: at(0),
            tenth: at(1) / 10,
            ones: [at(2), at(3), at(4)],
            tenths: [behind(0), behind(1), behind(2)],
          };
          expect(decode(both, bytes)).toEqual(values);
          expect(explain(both, bytes).value).toEqual(values);
          expect(decode(repeated(codec, 5), head)).toEqual([0, 1, 2, 3, 4].map(at));
        },
      ),
    );
  });

  test('and says what is missing as it does alone', () => {
    const short = new Uint8Array(width - 1);
    const says = `${width} bytes expected, ${width - 1} left at byte`;
    expect(() => decode(struct({ a: codec }), short)).toThrow(`a: ${says} 0`);
    expect(() => decode(struct({ a: list(codec, 2) }), new Uint8Array(2 * width - 1))).toThrow(
      `a[1]: ${says} ${width}`,
    );
  });
});

test('a number divided twice is divided twice', () => {
  // 80 of the 256 differ from raw / 30.
  const twice = list(scaled(scaled(u8, 10), 3), 256);
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(decode(twice, all)).toEqual(Array.from(all, (raw) => raw / 10 / 3));
});

test('a copy with another way to read is read in that way', () => {
  const odd: Codec<number> = { ...u8, decode: (from) => 2 * u8.decode(from, undefined) + 1 };
  const bytes = Uint8Array.of(1, 2, 3, 4);
  expect(decode(struct({ a: odd, b: list(odd, 2), c: scaled(odd, 10) }), bytes)).toEqual({
    a: 3,
    b: [5, 7],
    c: 0.9,
  });
});
