import { expect, test } from 'vitest';
import { baudOf, characterTime, formatOf, FORMATS, line, lineText } from './line.ts';

test('a line is made of baud rate and format, and prints as people know it', () => {
  expect(line(9600, '7E1')).toEqual({ baud: 9600, dataBits: 7, parity: 'even', stopBits: 1 });
  expect(line(115_200)).toEqual({ baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 });
  expect(FORMATS.map((format) => lineText(line(300, format)))).toEqual([
    '300 8N1',
    '300 8E1',
    '300 7E1',
    '300 8N2',
  ]);
  expect(lineText({ baud: 300, dataBits: 7, parity: 'odd', stopBits: 2 })).toBe('300 7O2');
});

test.each([
  // start bit + data bits + parity bit + stop bits, each 1000 / baud ms
  [line(300, '7E1'), (1 + 7 + 1 + 1) * (1000 / 300)],
  [line(9600, '8N1'), (1 + 8 + 0 + 1) * (1000 / 9600)],
  [line(9600, '8E1'), (1 + 8 + 1 + 1) * (1000 / 9600)],
  [line(1000, '8N2'), 11],
])('a character takes its bits: %j', (settings, milliseconds) => {
  expect(characterTime(settings)).toBeCloseTo(milliseconds, 9);
});

test('a format is read in either case, and a wrong one is told which there are', () => {
  expect([formatOf('7e1'), formatOf('8N1')]).toEqual(['7E1', '8N1']);
  for (const wrong of ['7N1', '', '8N1 ', '8N']) {
    expect(() => formatOf(wrong)).toThrow(
      `unknown character format '${wrong}': expected one of 8N1, 8E1, 7E1, 8N2`,
    );
  }
  expect(() => formatOf('x')).toThrow(expect.objectContaining({ code: 'config' }));
});

test('a baud rate is a whole number from 50 to 4000000', () => {
  expect([baudOf('50'), baudOf('9600'), baudOf('4000000')]).toEqual([50, 9600, 4_000_000]);
  for (const wrong of ['49', '4000001', '', '9600.5', '1e4', '0x10', '-300', ' 300', '9600baud']) {
    expect(() => baudOf(wrong)).toThrow(
      expect.objectContaining({
        code: 'config',
        message: `bad baud rate '${wrong}': expected a whole number from 50 to 4000000`,
      }),
    );
  }
});
