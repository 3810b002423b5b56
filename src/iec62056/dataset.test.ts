import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DataSet, dataSetReader, dataSets, LONGEST_DATA_SET, numberOf, valueAt } from './dataset.ts';

/** `address: value unit | value unit`, short for tables. */
function short(sets: readonly DataSet[]): string[] {
  return sets.map(
    ({ address, values }) =>
      `${address}: ${values.map(({ value, unit }) => `${value} ${unit}`.trim()).join(' | ')}`,
  );
}

describe('data sets', () => {
  test.each([
    ['one', '600104FF(000V0201)', ['600104FF: 000V0201']],
    ['with unit', '1-0:1.8.0(010192.57*kWh)', ['1-0:1.8.0: 010192.57 kWh']],
    ['nothing between the brackets', 'ET0PE()', ['ET0PE: ']],
    ['several a line', '1.8.1(1*kWh)1.8.2(2*kWh)', ['1.8.1: 1 kWh', '1.8.2: 2 kWh']],
    ['several lines', '0.9.1(215658)\r\n0.9.2(210528)\r\n!\r\n', ['0.9.1: 215658', '0.9.2: 210528']],
    ['value and time stamp', '1.6.0(007.072*kW)(2105281430)', ['1.6.0: 007.072 kW | 2105281430']],
    ['three phases (CE303)', 'VOLTA(228.93)(230.01)(0.00)', ['VOLTA: 228.93 | 230.01 | 0.00']],
    ['line ends between brackets (CE102M)', 'ET0PE(1.5)\r\n(0.5)\r\n', ['ET0PE: 1.5 | 0.5']],
    ['line end before the end (CE102M)', 'CURRE(0.402)\r\n', ['CURRE: 0.402']],
    ['an error', '(ERR12)', [': ERR12']],
    ['a manual reset (L+G ZMD)', '1.8.1&12(00000.0*kWh)', ['1.8.1&12: 00000.0 kWh']],
    ['a blank before the unit', '32.7.0(230.1 V)', ['32.7.0: 230.1 V']],
    ['a blank in a text', 'C.1(Smart 001)', ['C.1: Smart 001']],
    ['a comma list', '630100(1,2,3)', ['630100: 1,2,3']],
    ['time, slash and colon', '0.9.1(21:56:58/1)', ['0.9.1: 21:56:58/1']],
    ['STX again in the middle', '1.8.0(1)\r\n\x021.8.1(2)', ['1.8.0: 1', '1.8.1: 2']],
    ['a line without brackets', 'garbage\r\n1.8.0(1)', ['1.8.0: 1']],
    ['cut in a bracket', '1.8.0(1)\r\n1.8.1(2', ['1.8.0: 1']],
    ['nothing', '', []],
  ])('%s', (_what, text, expected) => {
    expect(short(dataSets(text))).toEqual(expected);
  });

  test('values may be longer than the 128 characters of the standard', () => {
    // A profile of 48 values of five digits: 48 × 5 + 47 commas = 287 characters.
    const profile = Array.from({ length: 48 }, () => '03900').join(',');
    expect(dataSets(`63010000(${profile})`)[0]?.values[0]?.value).toHaveLength(287);
  });

  test('the first value under an address', () => {
    const sets = dataSets('1.8.0(1*kWh)(2)\r\n1.8.0(3)');
    expect(valueAt(sets, '1.8.0')).toEqual({ value: '1', unit: 'kWh' });
    expect(valueAt(sets, '1.8.1')).toBeUndefined();
  });

  test.each([
    ['00134.2', 134.2],
    ['-1', -1],
    ['050.', 50],
    ['000V0201', undefined],
    ['', undefined],
    ['1e3', undefined],
    ['--1', undefined],
  ])('the number in %j is %s', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});

describe('a reader of a stream', () => {
  test('finds the same however the text is cut', () => {
    const part = fc.constantFrom('1.8.0', '(', ')', '*', 'kWh', '12.5', '\r\n', '!', '&', ' ', ',', '\x02');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (parts, size) => {
        const text = parts.join('');
        const found: DataSet[] = [];
        const reader = dataSetReader((set) => found.push(set));
        for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
        reader.end();
        expect(found).toEqual(dataSets(text));
      }),
    );
  });

  test('hands sets over while the text comes', () => {
    const found: string[] = [];
    const reader = dataSetReader((set) => found.push(set.address));
    reader.push('1.8.0(1)\r\n1.8.1(');
    expect(found).toEqual(['1.8.0']);
    reader.push('2)\r\n1.8.2(3)');
    expect(found).toEqual(['1.8.0', '1.8.1']);
    reader.end();
    expect(found).toEqual(['1.8.0', '1.8.1', '1.8.2']);
  });

  test('gives up what never ends, and goes on', () => {
    const found: DataSet[] = [];
    const reader = dataSetReader((set) => found.push(set));
    reader.push('1.8.0(');
    for (let piece = 0; piece < 5; piece++) reader.push('1'.repeat(LONGEST_DATA_SET / 4));
    expect(reader.dropped).toBe(1);
    reader.push(')\r\n1.8.0(1)');
    reader.end();
    expect(short(found).at(-1)).toBe('1.8.0: 1');
  });
});
