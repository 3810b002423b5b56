import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('the nearest word', () => {
  it.each([
    ['titel', ['site', 'title'], 'title'],
    ['buss', ['site', 'buses'], 'buses'],
    ['volatge', ['current', 'voltage'], 'voltage'],
    ['Juntek-KG', ['juntek-kh', 'juntek-kg'], 'juntek-kg'],
    ['ab', ['ba', 'abc'], 'ba'],
    ['nothing', ['site', 'buses'], undefined],
    ['', [], undefined],
  ])('to %j of %j is %j', (typed, known, expected) => {
    expect(nearest(typed, known)).toBe(expected);
  });
});
