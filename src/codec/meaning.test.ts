import { describe, expect, test } from 'vitest';
import {
  type Codec,
  CodecError,
  constant,
  decimal,
  decode,
  encode,
  flags,
  hexDigits,
  i16be,
  i8,
  inRange,
  nullAt,
  oneOf,
  scaled,
  shifted,
  u16be,
  u8,
} from './index.ts';

const ascii = (plain: string): Uint8Array => new TextEncoder().encode(plain);

function refusal(act: () => unknown): CodecError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('scaled', () => {
  test('gives the double nearest to the decimal, so that numbers print as the device shows them', () => {
    // Voltage and remaining capacity of a KG140F: 53.66 V, 416.983 Ah. 5366 * 0.01 would print 53.660000000000004.
    expect(String(decode(scaled(decimal(','), 100), ascii('5366,')))).toBe('53.66');
    expect(String(decode(scaled(decimal(','), 1000), ascii('416983,')))).toBe('416.983');
  });

  test.each([10, 100, 1000])('prints every 16-bit number ÷ %i without dust', (divisor) => {
    const places = String(divisor).length - 1;
    const codec = scaled(u16be, divisor);
    for (let raw = 0; raw < 65_536; raw++) {
      const printed = String(decode(codec, Uint8Array.of(raw >> 8, raw & 255)));
      // The decimal point set by hand into the digits, trailing zeros taken off.
      const digits = String(raw).padStart(places + 1, '0');
      const byHand = `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
      if (printed !== byHand) expect(printed).toBe(byHand); // expect() 65536 times over would take seconds
    }
  });

  test('rounds to the nearest step when writing', () => {
    const hundredths = scaled(i16be, 100);
    const raw = (value: number): number => decode(i16be, encode(hundredths, value));
    expect(raw(1.234)).toBe(123);
    expect(raw(1.236)).toBe(124);
    expect(raw(-1.236)).toBe(-124);
    expect(raw(0.1 + 0.2)).toBe(30);
  });

  test('refuses to write what is out of range after scaling, and what is no number', () => {
    expect(refusal(() => encode(scaled(u8, 10), 25.6)).problem).toBe(
      '256 is not a whole number from 0 to 255',
    );
    expect(decode(u8, encode(scaled(u8, 10), 25.5))).toBe(255);
    expect(refusal(() => encode(scaled(u8, 10), Number.NaN))).toBeInstanceOf(CodecError);
  });
});

test('shifted takes the raw value of zero off, and puts it back', () => {
  // Temperatures of a Juntek meter: 134 is 34 °C, 79 is -21 °C (KG-F manual, Feb 2023, R50).
  const offset100 = shifted(decimal(','), 100);
  expect(decode(offset100, ascii('134,'))).toBe(34);
  expect(decode(offset100, ascii('79,'))).toBe(-21);
  expect(encode(offset100, -21)).toEqual(ascii('79,'));
  expect(refusal(() => encode(offset100, -101))).toBeInstanceOf(CodecError);
});

test('inRange believes its bounds and nothing beyond, in both directions', () => {
  const percent = inRange(u8, 1, 100);
  expect([1, 100].map((value) => decode(percent, Uint8Array.of(value)))).toEqual([1, 100]);
  for (const value of [0, 101]) {
    expect(refusal(() => decode(percent, Uint8Array.of(value)))).toMatchObject({
      problem: `${value} is outside 1 to 100`,
      offset: 0,
    });
    expect(refusal(() => encode(percent, value))).toMatchObject({ offset: -1 });
  }
  expect(refusal(() => encode(percent, Number.NaN))).toBeInstanceOf(CodecError);
});

test('nullAt reads one form as null and writes null as that form', () => {
  const limit = nullAt(scaled(decimal(','), 100), 0); // Juntek: 0 switches a protection off
  expect(decode(limit, ascii('0,'))).toBeNull();
  expect(decode(limit, ascii('2000,'))).toBe(20);
  expect(encode(limit, null)).toEqual(ascii('0,'));
});

describe('oneOf', () => {
  const output = oneOf(u8, { on: 0, over_voltage: 1, off: 255 });

  test('reads codes as words and writes words as codes', () => {
    expect(decode(output, Uint8Array.of(255))).toBe('off');
    expect([...encode(output, 'over_voltage')]).toEqual([1]);
  });

  test('refuses a code without a word, and lists those that have one', () => {
    expect(refusal(() => decode(output, Uint8Array.of(57)))).toMatchObject({
      problem: 'code 57 is none of: 0 on, 1 over_voltage, 255 off',
      offset: 0,
    });
  });

  test('refuses a word without a code, and the words that every object inherits', () => {
    const untyped = output as Codec<string>; // a caller without types
    expect(refusal(() => encode(untyped, 'ajar')).problem).toBe(
      "'ajar' is none of: 0 on, 1 over_voltage, 255 off",
    );
    expect(refusal(() => encode(untyped, 'constructor'))).toBeInstanceOf(CodecError);
  });

  test('is typed by its words', () => {
    const word: 'on' | 'over_voltage' | 'off' = decode(output, Uint8Array.of(0));
    expect(word).toBe('on');
    // @ts-expect-error -- a word outside the set must not compile
    expect(() => encode(output, 'ajar')).toThrow(CodecError);
  });
});

describe('flags', () => {
  // Byte 0b1010_0110: bits 1, 2, 5, 7.
  const status = flags(u8, { charge: 1, discharge: 2, full: 3, alarm: 7 });

  test('names bits and keeps those that have no name', () => {
    expect(decode(status, Uint8Array.of(0b1010_0110))).toEqual({
      charge: true,
      discharge: true,
      full: false,
      alarm: true,
      unnamed: 0b0010_0000,
    });
    expect(
      encode(status, { charge: false, discharge: true, full: true, alarm: false, unnamed: 0b0010_0000 }),
    ).toEqual(Uint8Array.of(0b0010_1100));
  });

  test('reads and writes all 256 bytes the same', () => {
    for (let byte = 0; byte < 256; byte++) {
      expect([...encode(status, decode(status, Uint8Array.of(byte)))]).toEqual([byte]);
    }
  });

  test('refuses unnamed bits that have a name, and such as are no bits', () => {
    const off = { charge: false, discharge: false, full: false, alarm: false };
    expect(refusal(() => encode(status, { ...off, unnamed: 2 })).problem).toBe(
      'unnamed bits 2 overlap named ones',
    );
    for (const unnamed of [0.5, Number.NaN, Infinity]) {
      expect(refusal(() => encode(status, { ...off, unnamed }))).toBeInstanceOf(CodecError);
    }
  });

  test("reads the bits of a signed number as its two's complement has them", () => {
    // -1 is FFh: every bit set; -128 is 80h: bit 0 clear.
    const signed = flags(i8, { lowest: 0 });
    expect(decode(signed, Uint8Array.of(0xff)).lowest).toBe(true);
    expect(decode(signed, Uint8Array.of(0x80)).lowest).toBe(false);
  });
});

test('constant is one value, and an error when it is another', () => {
  const soi = constant(hexDigits(2), 0x46);
  expect(decode(soi, ascii('46'))).toBe(0x46);
  expect(refusal(() => decode(soi, ascii('4A')))).toMatchObject({
    problem: '74 found where 70 always stands',
    offset: 0,
  });
});
