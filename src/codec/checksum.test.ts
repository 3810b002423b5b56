import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complement16, sum7, sumMod255, sumOf, xor7 } from './index.ts';

/**
 * Every vector comes from a manual, a standard or somebody's real device, named beside it; none was computed by the
 * code under test.
 */

const ascii = (plain: string): Uint8Array => new TextEncoder().encode(plain);
const over = (sum: (bytes: Uint8Array, start: number, end: number) => number, bytes: Uint8Array): number =>
  sum(bytes, 0, bytes.length);
/** Bytes of a text in which `[` is STX, `]` is ETX and `~` is CR LF: as the frames below are printed. */
const iec = (frame: string): Uint8Array =>
  ascii(frame.replace('[', '\x02').replace(']', '\x03').replace('~', '\r\n'));

describe('Juntek: sum of the values modulo 255, plus 1', () => {
  test.each([
    // KG-F manual (Feb 2023) pp. 22-27 and KL-F manual pp. 25-30, examples of instructions
    [':R50=1,2,1,', [1], 2],
    [':W20=1,216,2000,', [2000], 216],
    [':W25=1,151,150,', [150], 151],
    [':W25=1,211,210,', [210], 211],
    [':W29=1,81,80,', [80], 81],
    // Real meters: KG140F of the juntek_kg project; KH of JuncTekBM-to-N2k
    [':r00=1,217,2140,110,6,', [2140, 110, 6], 217], // 2256 = 8 * 255 + 216
    [
      ':r50=1,220,...',
      [5366, 5410, 416_983, 289_634, 1_427_701, 88_851, 128, 0, 0, 1, 3, 4277],
      220, // 2238354 = 8777 * 255 + 219
    ],
    [':r00=1,4,4110,139,89,', [4110, 139, 89], 4], // 4338 = 17 * 255 + 3
  ])('%s', (_, values, expected) => {
    expect(sumMod255(values.reduce((sum, value) => sum + value, 0))).toBe(expected);
  });

  test('is never 0, which means "not verified", and at most 255', () => {
    expect([0, 254, 255, 256].map(sumMod255)).toEqual([1, 255, 1, 2]);
  });
});

describe("YD/T 1363.3: two's complement of the 16-bit sum of the characters", () => {
  test.each([
    // Pylontech RS232 manual, chapter 5: the example request and its answer (also in Interster/PylonTechBattery)
    ['20014642E00201', 0xfd35],
    [
      '20014600C06E11010F0D450D440D450D440D450D440D3E0D450D4A0D4A0D4B0D4A0D4A0D4A0D4A050BC30BC30BC30BCD0BCD0000C725BF6802C3500002',
      0xe553,
    ],
    // Requests that real Pylontech and TopBMS packs answer
    ['20024642E00202', 0xfd33],
    ['21014642E00201', 0xfd34], // 2CCh: 10000h - 2CCh
    ['21024642E00202', 0xfd32],
    // Pylontech RS485 V3.3 and PACE documents, the worked example; the first prints FC72 for 38Fh, which fits the other
    ['1203400456ABCEFE', 0xfc71],
    ['1203400356ABCEFE', 0xfc72],
    // Answers of PACE packs without and with data
    ['250146900000', 0xfda5],
  ])('%s', (frame, expected) => {
    expect(over(complement16, ascii(frame)).toString(16)).toBe(expected.toString(16));
  });

  test('of nothing, and of a sum that is a multiple of 65536, is 0 and not 10000h', () => {
    expect(over(complement16, new Uint8Array(0))).toBe(0);
    // 257 * 255 = 65535, and one more
    expect(over(complement16, Uint8Array.from([...Array<number>(257).fill(255), 1]))).toBe(0);
  });
});

describe('IEC 62056-21: exclusive or (ISO 1155) from behind SOH or STX to ETX', () => {
  test.each([
    ['B0]', 0x71], // the break of the standard: 42h ^ 30h ^ 03h
    ['P0[(00000000)]', 0x60], // Neva MT user guide (Taipit), the recorded session
    ['P1[(00000000)]', 0x61], // the same
    ['R1[600104FF()]', 0x60],
    ['R1[100700FF()]', 0x65], // wb-mqtt-serial, test of a Neva MT324
    ['100700FF(00005.3)]', 0x2c], // its answer: 5.3 W
    ['4C0700FF(00134.2)]', 0x58], // pyneva, tests
  ])('%s', (frame, expected) => {
    expect(over(xor7, iec(frame)).toString(16)).toBe(expected.toString(16));
  });

  test('leaves bit 7 out: a parity bit that got through does not count', () => {
    // 7E1 characters seen through an 8N1 port: B 42h has two ones, 0 30h two, ETX 03h two: unchanged; '1' (31h) is B1h.
    expect(over(xor7, Uint8Array.of(0xb1))).toBe(0x31);
  });
});

describe('Energomera: sum of the seven-bit characters, modulo 128', () => {
  test.each([
    ['B0]', 0x75], // 42h + 30h + 03h; YTL DRS110M sends this break
    // wb-mqtt-serial, test of a CE102M
    ['P0[(141628345)]', 0x28],
    ['P1[(777777)]', 0x21],
    ['R1[CURRE()]', 0x5a],
    ['CURRE(0.402)~]', 0x60],
  ])('%s', (frame, expected) => {
    expect(over(sum7, iec(frame)).toString(16)).toBe(expected.toString(16));
  });

  test('leaves bit 7 of every character out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(over(sum7, bytes)).toBe(
          over(
            sum7,
            bytes.map((byte) => byte & 0x7f),
          ),
        );
      }),
    );
    expect(over(sum7, Uint8Array.of(0x80, 0x81))).toBe(1);
  });
});

test('every sum looks at its slice only, not at what stands around it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (before, bytes, behind) => {
      const all = Uint8Array.from([...before, ...bytes, ...behind]);
      for (const sum of [sumOf, xor7, sum7, complement16]) {
        expect(sum(all, before.length, before.length + bytes.length)).toBe(over(sum, bytes));
      }
    }),
  );
});

test('sumOf adds up without reducing', () => {
  expect(sumOf(new Uint8Array(1000).fill(255), 0, 1000)).toBe(255_000);
});
