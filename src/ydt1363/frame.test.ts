import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii, text } from '../core/bytetext.ts';
import { type Found, scanner } from '../core/framing.ts';
import { frameBytes, framing, lengthCheck, ydtFraming, type YdtFrame } from './frame.ts';

/** Vectors of the Pylontech RS485 protocol V3.3 and of frames captured by owners; sums were recomputed by hand. */

const CR = '\r';
const found = (plain: string, use = framing): Found<YdtFrame>[] => {
  const scan = scanner(use);
  return [...scan.push(ascii(plain)), ...scan.flush()];
};
const only = (plain: string): YdtFrame => {
  const frames = found(plain).flatMap((one) => (one.got === 'frame' ? [one.frame] : []));
  const [one] = frames;
  if (one === undefined || frames.length > 1) throw new Error(`${frames.length} frames in ${plain}`);
  return one;
};
const complaint = (plain: string): string => {
  const bad = found(plain).flatMap((one) =>
    one.got === 'bad' ? [`${one.bad.code}: ${one.bad.message}`] : [],
  );
  return bad.join('; ');
};

describe('LCHKSUM', () => {
  test.each([
    // 0+1+2 = 3, 16 - 3 = 13: the example of every document of the family
    [0x012, 0xd],
    [0x000, 0],
    [0x002, 0xe],
    [0x084, 4],
    [0x142, 9],
    [0x1dc, 6],
    // nibble sums of 16 wrap to 0
    [0x02e, 0],
    [0x04c, 0],
    [0x06a, 0],
    [0x088, 0],
    [0x0a6, 0],
    // 15+15+15 = 45, 48 - 45 = 3
    [0xfff, 3],
  ])('of LENID %i is %i', (lenId, check) => {
    expect(lengthCheck(lenId)).toBe(check);
  });
});

describe('writing', () => {
  test.each([
    [{ ver: 0x20, adr: 2, cid1: 0x46, code: 0x4f }, '~2002464F0000FD98'],
    [{ ver: 0x20, adr: 2, cid1: 0x46, code: 0x42, info: Uint8Array.of(2) }, '~20024642E00202FD33'],
    [{ ver: 0x20, adr: 0x37, cid1: 0x46, code: 0x42, info: Uint8Array.of(0x37) }, '~20374642E00237FD23'],
    [{ ver: 0x20, adr: 2, cid1: 0x46, code: 0x44, info: Uint8Array.of(0xff) }, '~20024644E002FFFD07'],
    [{ ver: 0x21, adr: 1, cid1: 0x46, code: 0xf1, info: Uint8Array.of(1) }, '~210146F1E00201FD23'],
    [{ ver: 0x52, adr: 1, cid1: 0x46, code: 0xa0 }, '~520146A00000FD9D'],
  ])('%j', (parts, expected) => {
    expect(text(frameBytes(parts))).toBe(`${expected}\\r`);
  });

  test('what does not fit is refused', () => {
    const parts = { ver: 0x20, adr: 2, cid1: 0x46, code: 0 };
    expect(() => frameBytes({ ...parts, adr: 256 })).toThrow('256 is no part of a frame: expected 0 to 255');
    expect(() => frameBytes({ ...parts, info: new Uint8Array(2048) })).toThrow('INFO of 4096 characters');
  });

  test('what was written is read, whatever is in it', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const info = fc.uint8Array({ maxLength: 2047 });
    fc.assert(
      fc.property(byte, byte, byte, byte, info, (ver, adr, cid1, code, data) => {
        const bytes = frameBytes({ ver, adr, cid1, code, info: data });
        const [one, ...more] = scanner(framing).push(bytes);
        expect(more).toEqual([]);
        expect(one).toMatchObject({ got: 'frame', frame: { ver, adr, cid1, code, info: data } });
      }),
    );
  });
});

describe('reading', () => {
  test('the parts of an answer', () => {
    // 96h of a US2KBPL: command 02, version 2.3, main line 0.6.5
    expect(only(`~20024600400C020203000605FB49${CR}`)).toEqual({
      ver: 0x20,
      adr: 2,
      cid1: 0x46,
      code: 0,
      info: Uint8Array.of(2, 2, 3, 0, 6, 5),
      text: undefined,
    });
  });

  test.each([
    ['LF at the end', '~200246000000FDB2\n'],
    ['CR and LF', '~200246000000FDB2\r\n'],
    ['NUL behind CR', '~200246000000FDB2\r\0'],
    ['noise of an open line in front', '\x7f\x7f\x1f\0\0~200246000000FDB2\r'],
    ['a CR in the noise', '0\r\r~200246000000FDB2\r'],
    ['a ~ in the noise', '~~2~200246000000FDB2\r'],
  ])('%s', (_, plain) => {
    expect(only(plain)).toMatchObject({ adr: 2, code: 0 });
  });

  test('lower-case digits', () => {
    // as above with two letters changed: B to b and D to d in CHKSUM, which no sum covers
    expect(only('~200246000000fdb2\r')).toMatchObject({ adr: 2, code: 0 });
    // in LENGTH: each of d012's letters adds 20h to the sum; D to d lowers CHKSUM by 20h
    const upper = text(frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: 0, info: Uint8Array.of(0xab) }));
    // sum of '20024600E002AB' is 32+30+30+32+34+36+30+30+45+30+30+32+41+42 = 2E8h, so CHKSUM is FD18h
    expect(upper).toBe('~20024600E002ABFD18\\r');
    // e, a and b are 20h each above E, A and B: FD18h - 60h = FCB8h
    expect(only('~20024600e002abfcb8\r').info).toEqual(Uint8Array.of(0xab));
  });

  test('INFO that is no hexadecimal stays text', () => {
    const bytes = frameBytes({ ver: 0x21, adr: 1, cid1: 0x46, code: 0, info: 'EMU1101-V1.0' });
    const [one] = scanner(framing).push(bytes);
    expect(one).toMatchObject({ got: 'frame', frame: { text: 'EMU1101-V1.0', info: new Uint8Array(0) } });
  });

  test('glued frames', () => {
    const two = found('~200246000000FDB2\r~2002464F0000FD98\r');
    expect(two.map((one) => one.got)).toEqual(['frame', 'frame']);
    // The CR between them was lost: the second is still found.
    const glued = found('~200246000000FDB2~2002464F0000FD98\r');
    expect(glued.map((one) => one.got)).toEqual(['bad', 'frame']);
  });

  test('a new ~ ends what was begun', () => {
    const scan = scanner(framing);
    expect(scan.push(ascii('~20024600F07A11020F'))).toEqual([]);
    expect(scan.push(ascii('~200246000000FDB2\r')).map((one) => one.got)).toEqual(['bad', 'frame']);
  });
});

describe('refusing', () => {
  test.each([
    ['~200246000000FDB3\r', 'checksum: CHKSUM FDB3, but the frame makes FDB2'],
    ['~200246001000FDB1\r', 'checksum: LCHKSUM 1, but LENGTH makes 0'],
    ['~20024600E00202FD3\r', 'length: LENGTH says 2 characters, 1 follow'],
    ['~20024600E0020202FCD3\r', 'length: LENGTH says 2 characters, 4 follow'],
    ['~2002460000\r', 'length: 12 characters, a frame has 18 or more'],
    ['~2002G6000000FDB2\r', 'format: no hexadecimal digit at character 6'],
    ['~20024~', 'format: the frame breaks off after 6 characters'],
  ])('%s', (plain, expected) => {
    expect(complaint(plain)).toBe(expected);
  });

  test('the answer printed in the README of TopBMS_To_Domoticz, which has one word too many', () => {
    const printed =
      '~52014600408401100D120D150D0F0D0D0D130D160D150D210D130D130D130D130D100D160D170D23' +
      '06003D003E003E003E003E003B003B018014EE33B3063A9800025864000000000000E20A\r';
    expect(complaint(printed)).toBe('length: LENGTH says 132 characters, 136 follow');
    // Without one `003E` both LENGTH and CHKSUM fit.
    expect(only(printed.replace('003E', '')).info).toHaveLength(66);
  });

  test('a frame that never ends, beyond the longest', () => {
    const short = ydtFraming(16);
    expect(short.longest).toBe(34);
    const [first] = found(`~${'2'.repeat(40)}`, short);
    expect(first).toMatchObject({
      got: 'bad',
      bad: { code: 'length', message: 'no CR within 34 characters' },
    });
    expect(found(`~20024600F07A${'0'.repeat(122)}`, short)[0]?.got).toBe('bad');
  });

  test('every beginning of a frame is no frame', () => {
    const whole = '~20024600400C020203000605FB49\r';
    for (let length = 0; length < whole.length; length++) {
      expect(found(whole.slice(0, length)).filter((one) => one.got === 'frame')).toEqual([]);
    }
  });

  test('a flipped bit is noticed, or only changes the case of a digit of CHKSUM', () => {
    const whole = ascii('~20024600400C020203000605FB49\r');
    const same: number[] = [];
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const copy = whole.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const frames = found(String.fromCharCode(...copy)).filter((one) => one.got === 'frame');
      if (frames.length > 0) same.push(bit);
      for (const one of frames) expect(one).toMatchObject({ frame: only(String.fromCharCode(...whole)) });
    }
    // Character 25 and 26, F and B, bit 5 (20h): fB49 and Fb49. No single bit makes LF of CR.
    expect(same).toEqual([25 * 8 + 5, 26 * 8 + 5]);
  });
});

test('every frame keeps its INFO, however many follow, broken ones among them', () => {
  const infos = Array.from({ length: 300 }, (_, frame) =>
    Uint8Array.from({ length: 1 + ((frame * 37) % 1000) }, (__, index) => (frame * 31 + index) % 256),
  );
  const scan = scanner(framing);
  const frames = infos.flatMap((info) => {
    const bytes = frameBytes({ ver: 0x20, adr: 2, cid1: 0x46, code: 0, info });
    const broken = bytes.map((byte, at) => (at === 13 ? byte ^ 1 : byte)); // another digit: the sum is wrong
    return [...scan.push(broken), ...scan.push(bytes)].flatMap((one) =>
      one.got === 'frame' ? [one.frame] : [],
    );
  });
  expect(frames.map(({ info }) => info)).toEqual(infos);
});
