import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyCodec, type Codec, CodecError, decode, encode, struct } from '../../codec/index.ts';
import { ascii, text } from '../../core/bytetext.ts';
import {
  billing,
  body,
  characters,
  date,
  fixed,
  hexText,
  loadDigit,
  moment,
  onOff,
  signedByte,
  temperature,
  time,
  weekday,
} from './words.ts';

const read = <T>(codec: Codec<T>, written: string): T => decode(body(codec), ascii(written));
const write = <T>(codec: Codec<T>, value: T): string => text(encode(body(codec), value));

describe('values as meters write them, both ways', () => {
  test.each<[name: string, codec: AnyCodec, written: string, value: unknown]>([
    // MT324 (wb-mqtt-serial and pyneva tests)
    ['power of an MT3', fixed(5, 1), '00005.3', 5.3],
    ['power of one phase', fixed(5, 1), '00134.2', 134.2],
    ['power of an MT124', fixed(8, 0), '00001356', 1356],
    // A three-phase meter of a Home Assistant user
    ['current', fixed(3, 3), '000.512', 0.512],
    ['energy', fixed(6, 2), '020044.63', 20044.63],
    ['above zero', temperature(3), '029', 29],
    // S = 1 means minus (user guide)
    ['below zero', temperature(3), '105', -5],
    ['four digits', temperature(4), '0021', 21],
    // The vendor's own capture of 2013, MT113
    ['date', date, '020528', '2002-05-28'],
    ['time', time, '141414', '14:14:14'],
    ['weekday', weekday, '02', 'monday'],
    ['moment', moment, '180725160455', '2018-07-25T16:04:55'],
    ['never', moment, '000000000000', null],
    ['no date', date, '000000', null],
    // Signed byte: ED..13 is -19..+19 (user guide)
    ['trim, slowest', signedByte, 'ED', -19],
    ['trim, fastest', signedByte, '13', 19],
    ['billing', billing, '0100', '01 00:00'],
    ['relay', onOff, '01', 'on'],
    ['status', hexText(4), '00A1', '00A1'],
    ['firmware of an MT324', characters(8), '000V0201', '000V0201'],
  ])('%s', (_, codec: Codec<unknown>, written, value) => {
    expect(read(codec, written)).toEqual(value);
    expect(write(codec, value)).toBe(written);
  });

  test('widths of other models are read all the same', () => {
    expect(read(fixed(5, 1), '000230.14')).toBe(230.14);
    expect(read(fixed(6, 2), '50.00')).toBe(50);
  });

  test('a value that does not fit its width is never cut', () => {
    expect(() => write(fixed(3, 1), 1000)).toThrow(CodecError);
    expect(() => write(fixed(3, 1), -1)).toThrow(CodecError);
    expect(() => write(fixed(3, 1), Number.NaN)).toThrow(CodecError);
    expect(() => write(characters(4), 'a,bc')).toThrow(CodecError);
    expect(() => write(characters(4), 'abc')).toThrow(CodecError);
  });

  test.each<[AnyCodec, string]>([
    [fixed(3, 1), ''],
    [fixed(3, 1), '-1.0'],
    [fixed(3, 1), '1.'],
    [fixed(3, 1), '1e3'],
    [temperature(3), '205'],
    [date, '020230'],
    [date, '021301'],
    [time, '240000'],
    [moment, '260230101010'],
    [weekday, '08'],
    [hexText(4), '00G1'],
    [onOff, '02'],
  ])('what is no value is refused: %#: %s', (codec: Codec<unknown>, written) => {
    expect(() => read(codec, written)).toThrow(CodecError);
  });
});

describe('a power factor', () => {
  const factor = struct({ load: loadDigit, value: fixed(1, 3) });
  test.each([
    ['10.986', { load: 'inductive', value: 0.986 }],
    ['00.500', { load: 'capacitive', value: 0.5 }],
    ['21.000', { load: 'none', value: 1 }],
    // MT324.11 sends no digit in front
    ['0.986', { load: undefined, value: 0.986 }],
  ])('%s', (written, value) => {
    expect(read(factor, written)).toEqual(value);
    expect(write(factor, value)).toBe(written);
  });
  test('with another digit in front is refused', () => {
    expect(() => read(factor, '30.986')).toThrow("'3' is no kind of load");
  });
});

describe('items between commas', () => {
  const two = struct({ a: fixed(2, 0), b: fixed(2, 0) });
  test('are as many as expected', () => {
    expect(read(two, '01,02')).toEqual({ a: 1, b: 2 });
    expect(write(two, { a: 1, b: 2 })).toBe('01,02');
    for (const wrong of ['01', '01,', ',01', '01,02,', '01,02,03', '']) {
      expect(() => read(two, wrong)).toThrow(CodecError);
    }
  });
});

test('every number that fits is read back as it was written', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), (hundredths) => {
      expect(read(fixed(6, 2), write(fixed(6, 2), hundredths / 100))).toBe(hundredths / 100);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -128, max: 127 }), (value) => {
      expect(read(signedByte, write(signedByte, value))).toBe(value);
    }),
  );
});
