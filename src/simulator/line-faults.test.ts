import { describe, expect, test } from 'vitest';
import { ascii, text } from '../core/bytetext.ts';
import { LINE_FAULTS, type LineFault, mangler, type Piece } from './line-faults.ts';
import { seeded } from './random.ts';

const ANSWER = ':r50=1,220,5366,5410,\r\n';

/** What becomes of an answer when one fault always happens. */
const mangled = (fault: LineFault, answers = [ANSWER], seed = 3): Piece[][] => {
  const line = mangler(seeded(seed));
  line.set(fault, 1);
  return answers.map((answer) => line.mangle(ascii(answer)));
};

const only = (fault: LineFault, seed = 3): Piece => {
  const [pieces = []] = mangled(fault, [ANSWER], seed);
  expect(pieces).toHaveLength(1);
  return pieces[0] ?? { bytes: new Uint8Array(0), after: -1 };
};

const differing = (one: Uint8Array, other: Uint8Array): number =>
  Array.from(one, (byte, at) => byte ^ (other[at] ?? 0))
    .map((bits) => bits.toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);

describe('line faults', () => {
  test('without any, an answer goes out as it is, at once', () => {
    expect(mangler(seeded(1)).mangle(ascii(ANSWER))).toEqual([{ bytes: ascii(ANSWER), after: 0 }]);
  });

  test('silence', () => {
    expect(mangled('silence')).toEqual([[]]);
  });

  test('late: whole, after more than the half second that readers wait', () => {
    const { bytes, after } = only('late');
    expect(text(bytes)).toBe(text(ascii(ANSWER)));
    expect(after).toBe(1500);
  });

  test('duplicate', () => {
    expect(text(only('duplicate').bytes)).toBe(text(ascii(ANSWER + ANSWER)));
  });

  test('noise stands in front', () => {
    const { bytes } = only('noise');
    expect(text(bytes).endsWith(text(ascii(ANSWER)))).toBe(true);
    expect(bytes.length).toBeGreaterThan(ANSWER.length);
  });

  test.each([1, 2, 3, 4, 5])('flip: exactly one bit (seed %i)', (seed) => {
    const { bytes } = only('flip', seed);
    expect(bytes).toHaveLength(ANSWER.length);
    expect(differing(bytes, ascii(ANSWER))).toBe(1);
  });

  test('cut: the first half only', () => {
    expect(text(only('cut').bytes)).toBe(ANSWER.slice(0, Math.floor(ANSWER.length / 2)));
  });

  test('split: all of it, in pieces with pauses of up to 60 ms', () => {
    const [pieces = []] = mangled('split');
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.map(({ bytes }) => text(bytes)).join('')).toBe(text(ascii(ANSWER)));
    expect(pieces[0]?.after).toBe(0);
    expect(Math.max(...pieces.map(({ after }) => after))).toBeLessThanOrEqual(60);
    expect(pieces.every(({ bytes }) => bytes.length > 0)).toBe(true);
  });

  test('dribble: all of it, byte by byte', () => {
    const [pieces = []] = mangled('dribble');
    expect(pieces.map(({ bytes }) => text(bytes)).join('')).toBe(text(ascii(ANSWER)));
    expect(pieces).toHaveLength(ANSWER.length);
    expect(pieces.slice(1).every(({ after }) => after === 1)).toBe(true);
  });

  test('glue: held back, then together with the next one', () => {
    const line = mangler(seeded(3));
    line.set('glue', 1);
    expect(line.mangle(ascii('one'))).toEqual([]);
    line.set('glue', 0);
    expect(line.mangle(ascii('two')).map(({ bytes }) => text(bytes))).toEqual(['onetwo']);
    expect(line.mangle(ascii('three')).map(({ bytes }) => text(bytes))).toEqual(['three']);
  });

  test('garbage: as long, but nothing of it is left', () => {
    const { bytes } = only('garbage');
    expect(bytes).toHaveLength(ANSWER.length);
    expect(differing(bytes, ascii(ANSWER))).toBeGreaterThan(ANSWER.length);
  });

  test('drop: half of it, then the connection breaks', () => {
    expect(only('drop')).toMatchObject({ bytes: ascii(ANSWER.slice(0, ANSWER.length / 2)), drop: true });
  });

  test('a rate is a rate, the same seed the same run', () => {
    const run = (): number => {
      const line = mangler(seeded(11));
      line.set('silence', 0.2);
      return Array.from({ length: 1000 }, () => line.mangle(ascii(ANSWER)).length).filter(
        (count) => count === 0,
      ).length;
    };
    expect(run()).toBeGreaterThan(160);
    expect(run()).toBeLessThan(240);
    expect(run()).toBe(run());
  });

  test('rates outside 0 to 1 are refused', () => {
    for (const rate of [-0.1, 1.1, Number.NaN])
      expect(() => mangler(seeded(1)).set('flip', rate)).toThrow(/is not from 0 to 1/);
  });

  test('an answer given is never changed', () => {
    const answer = ascii(ANSWER);
    for (const fault of Object.keys(LINE_FAULTS) as LineFault[]) {
      // the keys of the table are the names
      const line = mangler(seeded(5));
      line.set(fault, 1);
      line.mangle(answer);
      expect(text(answer)).toBe(text(ascii(ANSWER)));
    }
  });
});
