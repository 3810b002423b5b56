import { expect, test } from 'vitest';
import { line } from '../line.ts';
import { timingFor } from './timing.ts';

test('a fast line is bounded by what adapters and drivers need', () => {
  // 115200 8N1: a character takes 0.087 ms; 3.5 and 10 of them are far less than 20 and 30 ms.
  expect(timingFor(line(115_200))).toEqual({ turnaround: 20, gap: 30, response: 500, attempts: 3 });
});

test('a slow line is bounded by its characters', () => {
  // 300 7E1: 10 bits at 300 baud are 33.3 ms; 3.5 of them 116.7 ms, 10 of them 333.3 ms.
  const { turnaround, gap } = timingFor(line(300, '7E1'));
  expect(turnaround).toBeCloseTo(350 / 3, 9);
  expect(gap).toBeCloseTo(1000 / 3, 9);
});

test('what a device wants counts, zero too', () => {
  const wanted = { turnaround: 0, gap: 5, response: 1500, attempts: 1 };
  expect(timingFor(line(300, '7E1'), wanted)).toEqual(wanted);
  expect(timingFor(line(9600), { response: 100 })).toMatchObject({
    turnaround: 20,
    response: 100,
    attempts: 3,
  });
});
