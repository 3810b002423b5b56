import { expect, test } from 'vitest';
import { byteQueue, pour } from './byte-queue.ts';
import { Fault } from './fault.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('gives what was pushed in order, before and while somebody waits, then is done', async () => {
  const queue = byteQueue();
  const iterator = queue.incoming[Symbol.asyncIterator]();
  queue.push(bytes(1));
  queue.push(bytes());
  queue.push(bytes(2, 3));
  expect(queue.waiting).toBe(3);
  expect((await iterator.next()).value).toEqual(bytes(1));
  expect((await iterator.next()).value).toEqual(bytes(2, 3));
  const next = iterator.next();
  queue.push(bytes(4));
  expect(await next).toEqual({ done: false, value: bytes(4) });
  const last = iterator.next();
  queue.end();
  queue.end(new Fault('link', 'too late'));
  queue.push(bytes(5));
  expect(await last).toEqual({ done: true, value: undefined });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
  expect(queue.waiting).toBe(0);
});

test('a fault comes after the bytes before it, once', async () => {
  const queue = byteQueue();
  const iterator = queue.incoming[Symbol.asyncIterator]();
  queue.push(bytes(1));
  queue.end(new Fault('link', 'gone'));
  expect((await iterator.next()).value).toEqual(bytes(1));
  await expect(iterator.next()).rejects.toThrow('gone');
  expect((await iterator.next()).done).toBe(true);
});

test('a reader that leaves its loop drops the rest', async () => {
  const queue = byteQueue();
  queue.push(bytes(1));
  queue.push(bytes(2));
  for await (const chunk of queue.incoming) {
    expect(chunk).toEqual(bytes(1));
    break;
  }
  queue.push(bytes(3));
  expect(queue.waiting).toBe(0);
  for await (const chunk of queue.incoming) expect.unreachable(`got ${chunk.length} bytes`);
});

test('back-pressure: waits until enough was taken, and for ever neither after the end nor without a reader', async () => {
  const queue = byteQueue();
  const iterator = queue.incoming[Symbol.asyncIterator]();
  queue.push(bytes(1, 2));
  queue.push(bytes(3, 4));
  const order: string[] = [];
  const below3 = queue.below(3).then(() => order.push('below 3'));
  const below2 = queue.below(2).then(() => order.push('below 2'));
  await queue.below(5);
  await iterator.next();
  await below3;
  expect(order).toEqual(['below 3']);
  queue.end();
  await below2;
  await queue.below(0);
  expect(order).toEqual(['below 3', 'below 2']);
});

test('pours into a sink at once, holds back what it does not want yet, and ends behind the last chunk', async () => {
  const queue = byteQueue();
  const got: unknown[] = [];
  let more = (): void => undefined;
  queue.push(bytes(1));
  pour(queue.incoming, {
    take: (chunk) => {
      got.push(...chunk);
      return chunk[0] === 2 ? new Promise((resolve) => (more = resolve)) : undefined;
    },
    end: (thrown) => got.push(thrown),
  });
  expect(got).toEqual([1]);
  queue.push(bytes(2));
  queue.push(bytes(3, 4));
  const gone = new Fault('link', 'gone');
  queue.end(gone);
  queue.end();
  expect(got).toEqual([1, 2]);
  expect(queue.waiting).toBe(2);
  more();
  await queue.below(1);
  await Promise.resolve();
  expect(got).toEqual([1, 2, 3, 4, gone]);
  expect(queue.waiting).toBe(0);
});

test('pours what is only iterable, and tells what it threw', async () => {
  const gone = new Fault('link', 'gone');
  const end = await new Promise((resolve) => {
    const got: number[] = [];
    pour(
      (async function* () {
        yield bytes(1);
        yield bytes(2);
        await Promise.reject(gone);
      })(),
      { take: (chunk) => void got.push(...chunk), end: (thrown) => resolve([...got, thrown]) },
    );
  });
  expect(end).toEqual([1, 2, gone]);
});
