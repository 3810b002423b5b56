import { describe, expect, test } from 'vitest';
import { battery } from './battery.ts';
import { seeded } from './random.ts';

const MIDNIGHT = Date.UTC(2026, 5, 21);
const HOUR = 3600;

const make = (options: { readonly charge?: number; readonly date?: number; readonly cells?: number } = {}) =>
  battery({ date: MIDNIGHT, random: seeded(4), ...options });

describe('a battery under the sun', () => {
  test('drains at night, charges at noon', () => {
    const night = make();
    night.tick(60);
    expect(night.world().current).toBeLessThan(0);
    const noon = make({ date: MIDNIGHT + 12 * HOUR * 1000 });
    noon.tick(60);
    expect(noon.world().current).toBeGreaterThan(0);
  });

  test('calendar time passes with it', () => {
    const one = make();
    one.tick(90);
    expect(one.world().date).toBe(MIDNIGHT + 90_000);
  });

  test('its voltage is that of LiFePO4 cells in series, higher when fuller, lower under load', () => {
    const [empty, half, full] = [0.05, 0.5, 0.98].map((charge) => make({ charge }).world().voltage);
    expect(half).toBeCloseTo(4 * 3.28, 2);
    expect(empty).toBeLessThan(half ?? 0);
    expect(full).toBeGreaterThan(half ?? 0);
    expect(make({ cells: 16 }).world().voltage).toBeCloseTo(16 * 3.28, 2);
    const loaded = make();
    loaded.pin('current', -50);
    loaded.tick(1);
    // 4 cells × 50 A × 0.1 Ω·Ah ÷ 100 Ah = 0.2 V below rest
    expect(loaded.world().voltage).toBeCloseTo(4 * 3.28 - 0.2, 2);
  });

  test('pinned values stay until they are released', () => {
    const one = make();
    one.pin('voltage', 12.5);
    one.pin('current', -3);
    one.pin('temperature', -10);
    one.tick(HOUR);
    expect(one.world()).toMatchObject({ voltage: 12.5, current: -3, temperature: -10 });
    one.pin('voltage', undefined);
    expect(one.world().voltage).not.toBe(12.5);
  });

  test('lives for a week between empty and full', () => {
    const one = make();
    for (let hour = 0; hour < 7 * 24; hour++) {
      one.tick(HOUR);
      const { voltage, current, temperature } = one.world();
      expect(voltage).toBeGreaterThan(4 * 2.5);
      expect(voltage).toBeLessThan(4 * 3.65);
      expect(Math.abs(current)).toBeLessThan(60);
      expect(temperature).toBeGreaterThan(0);
      expect(temperature).toBeLessThan(50);
    }
  });
});

test('numbers of a seed are those of mulberry32, and lie in [0, 1)', () => {
  const random = seeded(1);
  const numbers = Array.from({ length: 10_000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  expect(mean).toBeCloseTo(0.5, 1);
  expect(seeded(1)()).toBe(numbers[0]);
  expect(seeded(2)()).not.toBe(numbers[0]);
});
