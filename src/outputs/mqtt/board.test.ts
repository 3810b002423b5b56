import { expect, test } from 'vitest';
import { Fault } from '../../core/fault.ts';
import type { Post } from '../../core/site/broker.ts';
import { board } from './board.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A broker that acknowledges when it is told to. */
function played() {
  const sent: string[] = [];
  let away = false;
  const open: (() => void)[] = [];
  return {
    sent,
    isAway: (yes: boolean) => (away = yes),
    acknowledge: async () => {
      for (const done of open.splice(0)) done();
      await turn();
    },
    publish: ({ topic, payload }: Post): Promise<void> => {
      if (away) return Promise.reject(new Fault('output', 'away'));
      if (payload === 'never') return Promise.reject(new Fault('refused', 'never'));
      sent.push(`${topic} ${payload}`);
      return new Promise((resolve) => open.push(resolve));
    },
  };
}

test('of what changes while a message is on its way only the latest is sent', async () => {
  const broker = played();
  const wall = board(broker.publish, () => undefined);
  let value = 0;
  const mark = () => wall.mark('a', () => [{ topic: 't', payload: String(value) }]);
  mark();
  await turn();
  for (value = 1; value < 1000; value++) mark();
  value = 999;
  await broker.acknowledge();
  await broker.acknowledge();
  expect(broker.sent).toEqual(['t 0', 't 999']);
  // The same again is not sent, unless the broker has forgotten.
  mark();
  await wall.settled();
  expect(broker.sent).toHaveLength(2);
  wall.forget();
  mark();
  await turn();
  expect(broker.sent).toHaveLength(3);
  expect(wall.topics()).toEqual([]);
  await broker.acknowledge();
  expect(wall.topics()).toEqual(['t']);
});

test('what could not be sent is sent when something is marked again, rendered anew', async () => {
  const broker = played();
  const errors: unknown[] = [];
  const wall = board(broker.publish, (error) => errors.push(error));
  let value = 'old';
  broker.isAway(true);
  wall.mark('a', () => [{ topic: 'a', payload: value }]);
  await turn();
  expect(errors).toHaveLength(1);
  await expect(wall.settled()).rejects.toThrow('away');
  value = 'new';
  broker.isAway(false);
  wall.mark('b', () => [{ topic: 'b', payload: '1' }]);
  await turn();
  expect(broker.sent.sort()).toEqual(['a new', 'b 1']);
});

test('what is refused for good keeps nothing else back', async () => {
  const broker = played();
  const errors: unknown[] = [];
  const wall = board(broker.publish, (error) => errors.push(error));
  wall.mark('a', () => [{ topic: 'a', payload: 'never' }]);
  await wall.settled();
  expect(errors).toHaveLength(1);
});
