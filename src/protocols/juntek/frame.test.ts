import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii, text } from '../../core/bytetext.ts';
import { type Found, scanner } from '../../core/framing.ts';
import { bodySum, framing, type JuntekFrame, lineOf } from './frame.ts';

/** What a stream holds: frames as `r50@1:values`, broken lines as `!code`, noise as `~bytes`. */
function read(...chunks: readonly string[]): string[] {
  const scan = scanner(framing);
  return [...chunks.flatMap((chunk) => scan.push(ascii(chunk))), ...scan.flush()].map(told);
}

function told(found: Found<JuntekFrame>): string {
  if (found.got === 'noise') return `~${text(found.bytes)}`;
  if (found.got === 'bad') return `!${found.bad.code}`;
  const { from, instruction, number, address, bytes, start, end, verified } = found.frame;
  const letter = from === 'meter' ? instruction.toLowerCase() : instruction;
  return `${letter}${number}@${address}:${text(bytes.slice(start, end))}${verified ? '' : '?'}`;
}

/** KG140F, juntek_kg README. */
const R50 = ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,';
const R50_TOLD = 'r50@1:5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,';

describe('forms of requests and answers', () => {
  test.each([
    ['manual: address, check sum, data', ':R50=1,2,1,\r\n', 'R50@1:1,'],
    ['line feed alone', ':R50=1,2,1,\n', 'R50@1:1,'],
    ['carriage return alone, then the next line', ':R50=1,2,1,\r:R51=1,2,1,\r\n', 'R50@1:1,'],
    ['newer display: no check sum, line feed', ':R50=1,\n', 'R50@1:?'],
    ['older display: two digits, dot', ':R00=01.\r\n', 'R0@1:?'],
    ['another address', ':R50=2,2,1,\r\n', 'R50@2:1,'],
    ['highest address', ':R50=99,2,1,\r\n', 'R50@99:1,'],
    ['broadcast', ':R00=0,2,1,\r\n', 'R0@0:1,'],
    ['leading zero in an address', ':R51=07,2,1,\r\n', 'R51@7:1,'],
    ['answer of a meter', `${R50}\r\n`, R50_TOLD],
    ['write', ':W28=1,216,2000,\r\n', 'W28@1:2000,'],
    ['write of 0 as the manuals print it', ':W10=1,0,0,\r\n', 'W10@1:0,?'],
  ])('%s', (_, line, expected) => {
    expect(read(line)[0]).toBe(expected);
  });

  test('case is the direction: a request with values is not an answer', () => {
    expect(read(`${R50.replace('r', 'R')}\r\n`)).toEqual([R50_TOLD.replace('r', 'R')]);
  });

  test.each(['0,', 'OK', '1,2,1,', '', '73,OK,', '1,200,7,', 'weird: no, a space'])(
    'the answer to a write is taken whatever it says: %s',
    (said) => {
      const found = read(`:w20=1,${said}\r\n`);
      if (said.includes(':')) expect(found[0]).toBe('!format');
      else expect(found).toEqual([`w20@1:${said}?`]);
    },
  );
});

describe('lines that are put together or torn', () => {
  test('display request and answer in one chunk, as ldiegos recorded', () => {
    expect(read(`:R50=1,\n${R50}\r\n:R51=1,\n`)).toEqual(['R50@1:?', R50_TOLD, 'R51@1:?']);
  });

  test('a lost line end glues two lines: the second one is read', () => {
    expect(read(`:R50=1,${R50}\r\n`)).toEqual(['!format', R50_TOLD]);
    expect(read(`${R50.slice(0, 40)}${R50}\r\n`)).toEqual(['!format', R50_TOLD]);
  });

  test('a line cut in the middle of a number waits for its rest, wherever the cut is', () => {
    const line = `${R50}\r\n`;
    for (let at = 1; at < line.length; at++)
      expect(read(line.slice(0, at), line.slice(at))).toEqual([R50_TOLD]);
  });

  test('noise, colons alone, and half lines in front do not hide a line', () => {
    for (const noise of ['\x00\xff', ':', '::', 'r50=1,2', ':r50=1,2,', '\r\n\r\n']) {
      const found = read(noise + `${R50}\r\n`);
      expect(found.at(-1)).toBe(R50_TOLD);
      expect(found.filter((one) => /^[rw]/.test(one))).toHaveLength(1);
    }
  });

  test('a line of 256 characters may still end, a longer one is given up on at once', () => {
    const body = `${'1,'.repeat(120)}1234,`;
    const longest = lineOf(':r', 50, 1, body).replace('\r\n', '\n');
    expect(longest).toHaveLength(256);
    expect(read(longest)).toEqual([`r50@1:${body}`]);
    const scan = scanner(framing);
    const found = scan.push(ascii(`:r50=1,${'1,'.repeat(125)}`));
    expect(found.map(told)[0]).toBe('!length');
    expect(scan.pending).toBe(0);
  });
});

describe('spaces', () => {
  test('are passed over where they cannot change a number', () => {
    expect(read(' :R50 = 1, 2, 1, \r\n'.replace('R50 ', 'R50'))).toEqual(['~ ', 'R50@1:1,']);
    expect(read(`${R50.replaceAll(',', ', ')}\r\n`)).toEqual([R50_TOLD]);
  });

  test('are refused in and behind numbers: one flipped bit makes a space of a 0', () => {
    // 1700 → 170 takes 1530 off the sum, and 1530 is 6 × 255: no check sum would notice.
    const line = lineOf(':r', 0, 1, '2140,110,1700,');
    expect(bodySum('2140,110,170,')).toBe(bodySum('2140,110,1700,'));
    const damaged = line.replace('1700', '17 0');
    expect((0x30 ^ 0x10).toString(16)).toBe('20');
    expect(read(damaged)).toEqual(['!format']);
    expect(read(line.replace('1700', '170 '))[0]).toBe('!format');
  });
});

describe('what is refused, and what it is called', () => {
  const refused = (line: string): { code: string; message: string } => {
    const [first] = scanner(framing).push(ascii(line));
    if (first?.got !== 'bad') throw new Error(`not refused: ${line}`);
    return first.bad;
  };

  test.each([
    [
      ':r50=1,219,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,\r\n',
      'checksum',
      'check sum 219, but the values make 220',
    ],
    [
      ':r51=1,211,3000,100,2000,2000,10000,151,10,7,200,120,90,101,0,0,2,12,13,\r\n',
      'checksum',
      'check sum 211, but the values make 212',
    ],
    [':r50=1,220,5366,54x0,\r\n', 'format', "'x' where digits and commas belong"],
    [':r50=1,220,-5366,\r\n', 'format', "'-' where digits and commas belong"],
    [':r50=1,220,53.66,\r\n', 'format', "'.' where digits and commas belong"],
    [':r50=1,220,,\r\n', 'format', "',' where digits and commas belong"],
    [':r50=1,2,1\r\n', 'format', 'the last value is not closed by a comma'],
    [':r50=1,\r\n', 'format', 'an answer without values'],
    [':r50=100,2,1,\r\n', 'format', 'an address of one or two digits and a comma belong behind ='],
    [':r50=,2,1,\r\n', 'format', 'an address of one or two digits and a comma belong behind ='],
    [':r5=1,2,1,\r\n', 'format', 'a line begins with :R, :W, :r or :w, two digits and ='],
    [':x50=1,2,1,\r\n', 'format', 'a line begins with :R, :W, :r or :w, two digits and ='],
    [':R50=1,3,1,\r\n', 'checksum', 'check sum 3, but the values make 2'],
    [`:r50=1,2,${'9'.repeat(16)},\r\n`, 'format', "',' where digits and commas belong"],
  ])('%s is %s', (line, code, message) => {
    expect(refused(line)).toMatchObject({ code, message, span: line.length });
  });

  test('a refused line costs one byte: a true one inside it is found', () => {
    expect(read(`:r50=1,2,:R51=1,2,1,\r\n`)).toEqual(['!format', 'R51@1:1,']);
  });
});

describe('the check sum', () => {
  /** Every frame whose sum somebody computed or captured: manuals, and the captures beside the devices. */
  test.each([
    ['1,', 2],
    ['2000,', 216],
    ['2140,110,6,', 217],
    ['1120,100,101,', 47],
    ['2056,200,5408,4592,9437,14353,134,0,0,0,162,30682,', 215],
    ['0,', 1],
    ['254,', 255],
    ['255,', 1],
  ])('of %s is %i', (body, sum) => {
    expect(bodySum(body)).toBe(sum);
    expect(read(lineOf(':r', 50, 1, body, sum))).toEqual([`r50@1:${body}`]);
  });

  test('0 means "not verified": taken, and marked', () => {
    expect(read(lineOf(':r', 0, 1, '2140,110,6,', 0))).toEqual(['r0@1:2140,110,6,?']);
  });

  test('a flipped bit that makes another digit never goes unnoticed', () => {
    // ±1, 2, 4 or 8 times a power of ten is no multiple of 255 = 3 × 5 × 17: neither 3 nor 17 divides it.
    for (const bit of [1, 2, 4, 8]) {
      for (let power = 0; power < 15; power++)
        expect((BigInt(bit) * 10n ** BigInt(power)) % 17n).not.toBe(0n);
    }
  });

  test('what it cannot see: swapped values, and changes by 255; counts and plausibility stand behind it', () => {
    expect(bodySum('5366,5410,')).toBe(bodySum('5410,5366,'));
    expect(bodySum('5366,')).toBe(bodySum(`${5366 + 255},`));
  });

  test('what is written is read: any values, any address', () => {
    const value = fc.nat({ max: 999_999_999_999 });
    const lines = fc.tuple(fc.nat(99), fc.nat(99), fc.array(value, { minLength: 1, maxLength: 14 }));
    fc.assert(
      fc.property(lines, ([number, address, values]) => {
        const body = `${values.join(',')},`;
        const line = lineOf(':r', number, address, body);
        if (line.length <= 256) expect(read(line)).toEqual([`r${number}@${address}:${body}`]);
      }),
      { seed: 255, numRuns: 200 },
    );
  });
});
