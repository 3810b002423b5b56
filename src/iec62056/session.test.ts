import { describe, expect, test } from 'vitest';
import { played, type Turn } from '../../test/iec62056/played.ts';
import { programming } from './session.ts';
import type { ReaderOptions } from './options.ts';

const OPEN: readonly Turn[] = [
  { hear: '2F 3F 21 0D 0A', say: '"/TPC5NEVAMT324.2303\\r\\n"', after: 25 },
  { hear: '06 30 35 31 0D 0A', say: '01 50 30 02 28 30 30 30 30 30 30 30 30 29 03 60', after: 629 },
  { hear: '01 50 31 02 28 30 30 30 30 30 30 30 30 29 03 61', say: '06', after: 34 },
];
const RS485: ReaderOptions = {
  baud: { policy: 'fixed', baud: 9600 },
  credentials: { level: 'P1', password: '00000000' },
};

describe('programming', () => {
  test('reads a register of an MT324 as logged on RS485 (G1)', async () => {
    const out = await played(
      () => programming(RS485, (session) => session.read('600104FF')),
      [
        ...OPEN,
        {
          hear: '01 52 31 02 36 30 30 31 30 34 46 46 28 29 03 60',
          say: '02 36 30 30 31 30 34 46 46 28 30 30 30 56 30 32 30 31 29 03 64',
          after: 41,
        },
      ],
    );
    expect(out.fault).toBeUndefined();
    expect(out.result).toEqual({
      text: '600104FF(000V0201)',
      sets: [{ address: '600104FF', values: [{ value: '000V0201', unit: '' }] }],
    });
    expect(out.said.at(-1)).toBe('01 42 30 03 71');
    expect(new Set(out.lines)).toEqual(new Set(['9600 7E1']));
  });
});
