import { expect, test } from 'vitest';
import { ascii, hex } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { linkContract } from './contract.ts';
import { never, reader } from './harness.ts';

linkContract('memory', () => {
  const wire = memoryLine(virtualClock());
  return Promise.resolve({
    link: wire.link,
    far: () => Promise.resolve(wire.far),
    lose: () => {
      wire.cut();
      return Promise.resolve();
    },
    restore: () => Promise.resolve(),
    close: () => wire.far.close(),
  });
});

test('a paced line takes one character time per character: 10 bits at 1000 baud are 10 ms', async () => {
  const clock = virtualClock();
  const wire = memoryLine(clock, { paced: true });
  const near = await wire.link.connect(line(1000), never);
  const arrivals: string[] = [];
  void (async () => {
    for await (const chunk of wire.far.incoming) arrivals.push(`${clock.now()}: ${hex(chunk)}`);
  })();
  await near.write(ascii('ab'));
  await clock.advance(5);
  await near.write(ascii('c')); // follows the two that are still going out
  await clock.advance(100);
  expect(arrivals).toEqual(['10: 61', '20: 62', '30: 63']);
  await near.setLine?.(line(100));
  await near.write(ascii('d'));
  await clock.advance(99);
  expect(arrivals).toHaveLength(3);
  await clock.advance(1);
  expect(arrivals.at(-1)).toBe('205: 64'); // 105 when written, 100 ms at 100 baud
  expect(wire.line.baud).toBe(100);
  await near.close();
  expect(clock.pending).toBe(0);
});

test('a cut takes the bytes on their way with it', async () => {
  const clock = virtualClock();
  const wire = memoryLine(clock, { paced: true });
  const near = await wire.link.connect(line(1000), never);
  await wire.far.write(ascii('abc'));
  await clock.advance(15);
  wire.cut('unplugged');
  const end = reader(near);
  expect(await end.take(1)).toEqual(ascii('a'));
  expect(await end.end()).toMatchObject({ code: 'link', message: 'memory:: unplugged' });
  expect(clock.pending).toBe(0);
});

test('what the far side says while nobody is connected is lost, as on a wire', async () => {
  const wire = memoryLine(virtualClock());
  await wire.far.write(ascii('unheard'));
  const near = await wire.link.connect(line(9600), never);
  await wire.far.write(ascii('heard'));
  expect(await reader(near).take(5)).toEqual(ascii('heard'));
});

test('it can refuse, it takes one user at a time, and the far side can go for good', async () => {
  const wire = memoryLine(virtualClock(), { fixed: true, renewable: true, latency: 7, gap: 9 });
  expect(wire.link).toMatchObject({ renewable: true, latency: 7, gap: 9 });
  wire.refuse('converter off');
  await expect(wire.link.connect(line(9600), never)).rejects.toThrow('converter off');
  wire.refuse(undefined);
  const near = await wire.link.connect(line(9600), never);
  expect(['setLine' in near, wire.connected, wire.connects]).toEqual([false, true, 1]);
  await expect(wire.link.connect(line(9600), never)).rejects.toThrow('in use');
  await wire.far.close();
  expect(await reader(near).end()).toMatchObject({ code: 'link' });
  await expect(wire.link.connect(line(9600), never)).rejects.toThrow('far side is closed');
});
