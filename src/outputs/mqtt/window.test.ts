import { expect, test } from 'vitest';
import { window } from './window.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('lets so many in, the others in their order', async () => {
  const room = window(2);
  const inside: number[] = [];
  for (let number = 1; number <= 5; number++) void room.enter().then(() => inside.push(number));
  await turn();
  expect(inside).toEqual([1, 2]);
  room.leave();
  await turn();
  expect(inside).toEqual([1, 2, 3]);
  room.leave();
  room.leave();
  await turn();
  expect(inside).toEqual([1, 2, 3, 4, 5]);
  // Two are inside still: a sixth comes in when one of them leaves.
  void room.enter().then(() => inside.push(6));
  room.leave();
  await turn();
  expect(inside.at(-1)).toBe(6);
});

test('tells everyone when it is shut', async () => {
  const room = window(1);
  await room.enter();
  const waiting = room.enter();
  room.shut(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(room.enter()).rejects.toThrow('gone');
});
