import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii, bytesOfText, hex, isTextual, show, text } from './bytetext.ts';
import { Fault } from './fault.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  // Mostly printable, with what needs escapes among it: the other of the two forms.
  fc
    .array(fc.constantFrom(...':R50=1,2\r\n\t\\" \x00\x02\x7f\x80\xff#'.split('')), { maxLength: 40 })
    .map((drawn) => Uint8Array.from(drawn, (character) => character.charCodeAt(0))),
);

/** The fault that reading gives. */
function faultOf(written: string): Fault {
  try {
    bytesOfText(written);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error(`'${written}' was read`);
}

describe('what is printed is read back as the same bytes', () => {
  test('as hex pairs', () => {
    fc.assert(
      fc.property(
        anyBytes.filter((bytes) => bytes.length > 0),
        (bytes) => {
          expect(bytesOfText(hex(bytes))).toEqual(bytes);
        },
      ),
    );
  });

  test('as quoted text, and in whichever of the two forms `show` takes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(bytesOfText(`"${text(bytes)}"`)).toEqual(bytes);
        expect(bytesOfText(show(bytes))).toEqual(bytes);
        expect(show(bytes)).toMatch(/^[\x20-\x7e]+$/); // one line of plain characters, never empty
      }),
      { numRuns: 500 },
    );
  });
});

describe('printing', () => {
  test('hex is two upper-case digits a byte', () => {
    expect(hex(Uint8Array.of(0, 10, 255))).toBe('00 0A FF');
    expect(hex(new Uint8Array(0))).toBe('');
  });

  test('text escapes what cannot be printed', () => {
    const bytes = Uint8Array.of(0x3a, 0x52, 0x20, 0x0d, 0x0a, 0x09, 0x5c, 0x22, 0x00, 0x02, 0x7e, 0x7f, 0xff);
    expect(text(bytes)).toBe(String.raw`:R \r\n\t\\\"\x00\x02~\x7F\xFF`);
  });

  test('bytes show as text when three quarters of them can be printed', () => {
    expect(show(ascii('abc\x02'))).toBe(String.raw`"abc\x02"`);
    expect(show(ascii('ab\x02\x03'))).toBe('61 62 02 03');
    expect(show(new Uint8Array(0))).toBe('""');
    expect([isTextual(ascii(':R50=1,\r\n')), isTextual(Uint8Array.of(1, 0x37, 0xff))]).toEqual([true, false]);
  });

  test('ascii turns what is not ASCII into question marks', () => {
    expect([...ascii('a\x7f\x80ä€')]).toEqual([0x61, 0x7f, 0x3f, 0x3f, 0x3f]);
  });
});

describe('reading', () => {
  const break71 = [0x01, 0x42, 0x30, 0x03, 0x71];

  test.each([
    '01 42 30 03 71',
    '0142300371',
    '01:42:30:03:71',
    '0x01, 0x42, 0x30, 0x03, 0x71',
    ' 01 42\n30 03 71 ',
  ])('understands hex written as %j', (written) => {
    expect([...bytesOfText(written)]).toEqual(break71);
  });

  test('understands hex of either case', () => {
    expect([...bytesOfText('fd FD')]).toEqual([0xfd, 0xfd]);
  });

  test.each([
    [String.raw`:R50=1,2,1,\r\n`, ':R50=1,2,1,\r\n'],
    [String.raw`"\x02600104FF()\x03"`, '\x02600104FF()\x03'],
    [String.raw`\t\0\\\"`, '\t\0\\"'],
    ['"  kept blanks "', '  kept blanks '],
    ['  bare text  ', 'bare text'],
    ['"30 31"', '30 31'], // quoted, so it is text
    ['123', '123'], // an odd count of digits is no hex
    ['', ''],
    ['""', ''],
    ['"', '"'],
    ['say "hi"', 'say "hi"'],
  ])('understands text: %j', (written, meant) => {
    expect([...bytesOfText(written)]).toEqual(meant.split('').map((character) => character.charCodeAt(0)));
  });

  test('takes characters up to FFh as their byte', () => {
    expect([...bytesOfText('\u00e9')]).toEqual([0xe9]);
  });

  test.each([
    [String.raw`ab\q`, String.raw`bad escape '\q' at column 3`],
    [String.raw`"ab\q"`, String.raw`bad escape '\q' at column 4`],
    [String.raw`   ab\q`, String.raw`bad escape '\q' at column 6`], // as counted in what was written
    [String.raw`\x0g`, String.raw`bad escape '\x' at column 1`],
    [String.raw`\r\x1`, String.raw`bad escape '\x' at column 3`],
    ['abc\\', String.raw`bad escape '\' at column 4`],
    ['ab€', "character '€' at column 3 is not a byte; write it as \\xNN"],
  ])('names the column of what it does not understand in %j', (written, problem) => {
    expect(faultOf(written)).toMatchObject({ code: 'config' });
    expect(faultOf(written).message).toContain(problem);
  });

  test('ends on long input that is nearly hex', () => {
    // Backtracking over 20000 pairs would outlast the time limit of the test by far.
    expect(bytesOfText(`${'0A '.repeat(20_000)}!`)).toHaveLength(60_001);
  });
});
