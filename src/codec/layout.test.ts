import { expect, test } from 'vitest';
import {
  type AnyCodec,
  annotate,
  constant,
  counted,
  decimal,
  flags,
  hexDigits,
  i16be,
  i8,
  inRange,
  layoutText,
  list,
  noteOf,
  nullAt,
  oneOf,
  opaque,
  optional,
  repeated,
  rest,
  scaled,
  shifted,
  struct,
  u16le,
  u24be,
  u8,
  when,
} from './index.ts';

const texts: readonly (readonly [AnyCodec, string])[] = [
  [u8, '8-bit unsigned'],
  [i8, '8-bit signed'],
  [u16le, '16-bit unsigned little-endian'],
  [i16be, '16-bit signed big-endian'],
  [u24be, '24-bit unsigned big-endian'],
  [hexDigits(4), 'hexadecimal digits'],
  [scaled(decimal(','), 100), 'decimal digits ÷ 100'],
  [shifted(u8, 100), '8-bit unsigned − 100'],
  [nullAt(scaled(decimal(','), 100), 0), 'decimal digits ÷ 100 (0: none)'],
  [inRange(u8, 0, 100), '8-bit unsigned (0 to 100)'],
  [oneOf(u8, { hall: 1, shunt: 2 }), '8-bit unsigned (1 hall, 2 shunt)'],
  [constant(hexDigits(2), 70), 'hexadecimal digits (always 70)'],
  [list(u8, 16), '8-bit unsigned 16 times'],
  [list(u8, (parts: { n: number }) => parts.n), '8-bit unsigned repeated'],
  [counted(u8, u8, 9), '8-bit unsigned repeated, behind their count'],
  [repeated(u8, 9), '8-bit unsigned repeated to the end'],
  [optional(u8), '8-bit unsigned (may be left out)'],
  [when(() => true, u8, 'only on a KH'), '8-bit unsigned only on a KH'],
  [opaque(3), 'unexplained, kept'],
  [rest, 'all that is left, kept'],
];

test.each(texts)('a layout says what it is: %#', (codec, text) => {
  expect(layoutText(codec.layout)).toBe(text);
});

test('a structure lists its parts by name, flags their bits', () => {
  const status = flags(u8, { charging: 0, alarm: 7 });
  const parts = struct({ cells: u8, status }).layout.parts ?? [];
  expect(parts.map((part) => [part.name, layoutText(part.layout)])).toEqual([
    ['cells', '8-bit unsigned'],
    ['status', '8-bit unsigned bits'],
  ]);
  expect(status.layout.parts?.map((part) => [part.name, part.layout.text])).toEqual([
    ['charging', 'bit 0'],
    ['alarm', 'bit 7'],
  ]);
});

test('a note is found through wrappers, the outermost first, and not inside a list', () => {
  const noted = annotate(u8, { title: 'Voltage' });
  expect(noteOf(noted.layout)?.title).toBe('Voltage');
  expect(noteOf(optional(scaled(noted, 10)).layout)?.title).toBe('Voltage');
  expect(noteOf(annotate(scaled(noted, 10), { title: 'Scaled' }).layout)?.title).toBe('Scaled');
  expect(noteOf(list(noted, 3).layout)).toBeUndefined(); // it says what one item is, not what the list is
  expect(noteOf(annotate(list(noted, 3), { title: 'All' }).layout)?.title).toBe('All');
  expect(noteOf(u8.layout)).toBeUndefined();
});
