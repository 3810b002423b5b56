import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii } from './bytetext.ts';
import { type Capture, parseCapture, printCapture, printCaptureEntry } from './capture.ts';

const FILE = String.raw`busbar-capture: 1
device: juntek-kg
origin: real device (KG140F, juntek_kg README)
note:

# a comment, and an empty line
0.000 > ":R50=1,2,1,\r\n"
0.012 < ":r50=1,220,5366,\r\n"
1.5 > 01 42 30 03 71
`;

test('reads header, directions, times and both forms of bytes', () => {
  const { header, entries } = parseCapture(FILE);
  expect({ ...header }).toEqual({
    'busbar-capture': '1',
    device: 'juntek-kg',
    origin: 'real device (KG140F, juntek_kg README)',
    note: '',
  });
  expect(entries).toEqual([
    { at: 0, direction: '>', bytes: ascii(':R50=1,2,1,\r\n') },
    { at: 0.012, direction: '<', bytes: ascii(':r50=1,220,5366,\r\n') },
    { at: 1.5, direction: '>', bytes: Uint8Array.of(1, 0x42, 0x30, 3, 0x71) },
  ]);
});

test('reads files with the line ends of Windows, and indented lines', () => {
  expect(parseCapture(FILE.replaceAll('\n', '\r\n  '))).toEqual(parseCapture(FILE));
});

test('prints one line an entry, with milliseconds', () => {
  expect(printCaptureEntry({ at: 1.5, direction: '<', bytes: ascii(':r50=1,\r\n') })).toBe(
    `1.500 < ":r50=1,\\r\\n"\n`,
  );
});

test('reads back what it printed, to the millisecond', () => {
  const entry = fc.record({
    at: fc.integer({ min: 0, max: 10_000_000 }).map((milliseconds) => milliseconds / 1000),
    direction: fc.constantFrom('>' as const, '<' as const),
    bytes: fc.uint8Array({ maxLength: 30 }),
  });
  const header = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z-]{0,9}$/),
    fc.stringMatching(/^([!-~]([ -~]{0,20}[!-~])?)?$/),
    { maxKeys: 5 },
  );
  fc.assert(
    fc.property(header, fc.array(entry, { maxLength: 6 }), (rawHeader, entries) => {
      const capture: Capture = { header: { 'busbar-capture': '1', ...rawHeader }, entries };
      const read = parseCapture(printCapture(capture));
      expect({ ...read.header }).toEqual({ ...rawHeader, 'busbar-capture': '1' });
      expect(read.entries).toEqual(entries);
      expect(printCapture(read)).toBe(printCapture(capture));
    }),
  );
});

test('always prints the version of the format first, once', () => {
  const printed = printCapture({ header: { device: 'x', 'busbar-capture': '7' }, entries: [] });
  expect(printed).toBe('busbar-capture: 1\ndevice: x\n\n');
});

describe('names the line of what it does not understand', () => {
  test.each([
    ['device: x\nwhat is this', "capture line 2: 'what is this' is neither"],
    ['0.0 ? "x"', 'capture line 1: \'0.0 ? "x"\' is neither'],
    ['-1 > "x"', 'capture line 1'],
    ['0.0 > "x"\ndevice: late', "capture line 2: 'device: late' is neither"], // a header behind the bytes
    ['# comment\n\n0.0 > "\\q"', "capture line 3: bad escape '\\q' at column 2"],
    ['0.0 >', 'capture line 1'],
  ])('%j', (source, message) => {
    expect(() => parseCapture(source)).toThrow(expect.objectContaining({ code: 'config' }));
    expect(() => parseCapture(source)).toThrow(message);
  });
});

test('a header key of any object is only a key', () => {
  const { header } = parseCapture('constructor: me\n');
  expect(header.constructor).toBe('me');
  expect('valueOf' in header).toBe(false);
});
