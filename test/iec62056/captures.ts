import { bytesOfText, hex } from '../../src/core/bytetext.ts';
import { dataBytes, identificationBytes } from '../../src/iec62056/index.ts';
import type { Turn } from './played.ts';

/**
 * Dialogues of real meters, turn by turn, as hex. Where only the text of a message is known its bytes are written
 * out; every block check is the one of the source, but for the answers of the YTL meter, whose text alone is known.
 */

const IDENTIFICATION = (text: string): string => hex(identificationBytes(text));
const CHARACTERS = (text: string): string => hex(Uint8Array.from(text, (one) => one.charCodeAt(0)));

const P0 = '01 50 30 02 28 30 30 30 30 30 30 30 30 29 03 60';
const P1 = '01 50 31 02 28 30 30 30 30 30 30 30 30 29 03 61';
const SELECT = '06 30 35 31 0D 0A';

/** MT324.2303, RS485 at 9600 (log of 2018-07-25); the request of the register is from the code of the same program. */
export const RS485: readonly Turn[] = [
  { hear: '2F 3F 21 0D 0A', say: IDENTIFICATION('TPC5NEVAMT324.2303'), after: 25 },
  { hear: SELECT, say: P0, after: 629 },
  { hear: P1, say: '06', after: 34 },
  {
    hear: '01 52 31 02 36 30 30 31 30 34 46 46 28 29 03 60',
    say: '02 36 30 30 31 30 34 46 46 28 30 30 30 56 30 32 30 31 29 03 64',
    after: 41,
  },
];

/** The comma lists of the optical capture: 32 empty special days, and one season of 12. */
const DAYS = Array.from({ length: 32 }, () => '000000').join(',');
const SEASONS = ['0101010203', ...Array.from({ length: 11 }, () => '0000000000')].join(',');

/** MT113.0202 at an optical head, 300 to 9600, the vendor's program (user guide of 2015). */
export const OPTICAL: readonly Turn[] = [
  { hear: '2F 3F 21 0D 0A', say: IDENTIFICATION('TPC5NEVAMT113.0202'), after: 363 },
  { hear: SELECT, say: P0, after: 534 },
  { hear: P1, say: '06', after: 171 },
  {
    hear: '01 52 31 02 30 30 30 39 30 32 46 46 28 29 03 68',
    say: '02 30 30 30 39 30 32 46 46 28 30 32 30 35 32 38 29 03 04',
    after: 234,
  },
  {
    hear: '01 52 31 02 30 30 30 39 30 35 46 46 28 29 03 6F',
    say: '02 30 30 30 39 30 35 46 46 28 30 32 29 03 0C',
    after: 234,
  },
  {
    hear: '01 52 31 02 30 30 30 39 30 31 46 46 28 29 03 6B',
    say: '02 30 30 30 39 30 31 46 46 28 31 34 31 34 31 34 29 03 0F',
    after: 265,
  },
  {
    hear: '01 52 31 02 36 30 30 31 30 31 46 46 28 29 03 65',
    say: '02 36 30 30 31 30 31 46 46 28 30 30 30 30 30 30 30 30 29 03 04',
    after: 219,
  },
  {
    hear: '01 52 31 02 30 42 30 30 30 30 46 46 28 29 03 11',
    say: `02 ${CHARACTERS(`0B0000FF(${DAYS})`)} 03 5C`,
    after: 625,
  },
  {
    hear: '01 52 31 02 30 44 30 30 30 30 46 46 28 29 03 17',
    say: `02 ${CHARACTERS(`0D0000FF(${SEASONS})`)} 03 5A`,
    after: 468,
  },
];
export const OPTICAL_READS = [
  '000902FF',
  '000905FF',
  '000901FF',
  '600101FF',
  '0B0000FF',
  '0D0000FF',
] as const;
export const OPTICAL_VALUES = ['020528', '02', '141414', '00000000', DAYS, SEASONS] as const;

/** MT324.2307 by address (tests of wb-mqtt-serial). */
export const ADDRESSED: readonly Turn[] = [
  { hear: '2F 3F 30 30 30 30 30 32 30 31 21 0D 0A', say: IDENTIFICATION('TPC5NEVAMT324.2307') },
  { hear: SELECT, say: P0 },
  { hear: P1, say: '06' },
  {
    hear: '01 52 31 02 31 30 30 37 30 30 46 46 28 29 03 65',
    say: '02 31 30 30 37 30 30 46 46 28 30 30 30 30 35 2E 33 29 03 2C',
  },
];

/** Energomera CE102M (tests of wb-mqtt-serial): sums in place of parity, line end in front of ETX. */
export const ENERGOMERA: readonly Turn[] = [
  { hear: CHARACTERS('/?141628345!\r\n'), say: IDENTIFICATION('EKT5CE102Mv01') },
  { hear: SELECT, say: '01 50 30 02 28 31 34 31 36 32 38 33 34 35 29 03 28' },
  { hear: '01 50 31 02 28 37 37 37 37 37 37 29 03 21', say: '06' },
  {
    hear: '01 52 31 02 43 55 52 52 45 28 29 03 5A',
    say: '02 43 55 52 52 45 28 30 2E 34 30 32 29 0D 0A 03 60',
  },
];

/** DRS110M (YTL, gist 4231981) with the right password: a baud rate character of its own. */
export const YTL: readonly Turn[] = [
  { hear: '2F 3F 21 0D 0A', say: IDENTIFICATION('YTL:001511420144') },
  { hear: CHARACTERS('\x060:1\r\n'), say: P0 },
  { hear: P1, say: '06' },
  {
    hear: `01 52 31 02 ${CHARACTERS('00000034()')} 03 64`,
    say: hex(dataBytes('00000034(001511420144)', 'xor')),
  },
  { hear: `01 52 31 02 ${CHARACTERS('00000000()')} 03 63`, say: hex(dataBytes('00000000(2290)', 'xor')) },
];

/** Every recorded answer, to check that the captures above are whole. */
export function answers(turns: readonly Turn[]): Uint8Array[] {
  return turns.flatMap(({ say }) => (typeof say === 'string' ? [bytesOfText(say)] : []));
}
