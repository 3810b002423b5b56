import { describe, expect, it } from 'vitest';
import { costOf } from './meter.ts';
import { directionOf } from './flow.ts';

describe('what energy costs', () => {
  it.each([
    // 10 × 0.25 + 4 × 0.125 = 3
    [[10, 4], [0.25, 0.125], 3],
    // A tariff that was not used needs no price.
    [[10, 0], [0.25], 2.5],
    [[10, 4], [0.25], undefined],
    [[10, undefined], [0.25, 0.125], undefined],
    [[], [0.25], undefined],
    [[10], undefined, undefined],
  ])('%j at %j: %s', (energies, prices, cost) => {
    expect(costOf(energies, prices)).toBe(cost);
  });
});

describe('a direction', () => {
  it.each([
    [120, 'charging'],
    [-120, 'discharging'],
    [4, 'idle'],
    [-4, 'idle'],
    [undefined, undefined],
  ])('%s W: %s', (power, direction) => {
    expect(directionOf(power)).toBe(direction);
  });
});
