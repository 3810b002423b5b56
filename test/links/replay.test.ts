import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ascii, text } from '../../src/core/bytetext.ts';
import { parseCapture, printCapture, type CaptureEntry } from '../../src/core/capture.ts';
import type { Clock } from '../../src/core/clock.ts';
import { line } from '../../src/core/line.ts';
import type { Channel } from '../../src/core/link.ts';
import { memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { recording } from '../../src/node/record.ts';
import { play, replayLink } from '../../src/node/replay.ts';
import { linkContract } from './contract.ts';
import { leftOver, never, openHandles, reader, scratch } from './harness.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const ASKED = parseCapture(`busbar-capture: 1

0.000 > "ask\\r\\n"
0.010 < "first "
0.030 < "answer"
1.000 > "other"
1.005 < "else"
2.000 > "ask\\r\\n"
2.010 < "second"
`);

const HEARD = parseCapture(`0.000 < "a"\n0.500 < "b"\n2.000 < "c"\n`);

/** All that a channel says, with the time of each chunk. */
function listen(channel: Channel, clock: Clock): string[] {
  const heard: string[] = [];
  const now = (): number => Math.round(clock.now()); // recorded times are decimal fractions
  void (async () => {
    for await (const chunk of channel.incoming) heard.push(`${now()} ${text(chunk)}`);
    heard.push(`${now()} end`);
  })();
  return heard;
}

test('a request is answered with its recorded delays, the next time with the next recording, around and around', async () => {
  const clock = virtualClock();
  const channel = play(ASKED, { path: 'x', speed: 1, loop: false }, { clock });
  const heard = listen(channel, clock);
  for (let round = 0; round < 3; round++) {
    await channel.write(ascii('ask\r\n'));
    await clock.advance(100);
  }
  expect(heard).toEqual(['10 first ', '30 answer', '110 second', '210 first ', '230 answer']);
  await channel.close();
});

test('speed divides the delays; max leaves them out', async () => {
  const clock = virtualClock();
  const fast = play(ASKED, { path: 'x', speed: 10, loop: false }, { clock });
  const heard = listen(fast, clock);
  await fast.write(ascii('ask\r\n'));
  await clock.advance(100);
  expect(heard).toEqual(['1 first ', '3 answer']);
  const instant = play(ASKED, { path: 'x', speed: 'max', loop: false }, { clock });
  const atOnce = listen(instant, clock);
  await instant.write(ascii('other'));
  await clock.advance(0);
  expect(atOnce).toEqual(['100 else']);
  expect(clock.pending).toBe(0);
});

test('an unknown request is met with silence and told once', async () => {
  const clock = virtualClock();
  const log: string[] = [];
  const channel = play(
    ASKED,
    { path: 'x.cap', speed: 1, loop: false },
    { clock, log: (line_) => log.push(line_) },
  );
  const heard = listen(channel, clock);
  await channel.write(ascii('what?'));
  await channel.write(ascii('what?'));
  await clock.advance(5000);
  expect(heard).toEqual([]);
  expect(log).toEqual(['x.cap has no answer to "what?"']);
});

test('a capture without requests plays by itself, then ends; in a loop it begins again after a second', async () => {
  const clock = virtualClock();
  const once = listen(play(HEARD, { path: 'x', speed: 1, loop: false }, { clock }), clock);
  await clock.advance(10_000);
  expect(once).toEqual(['0 a', '500 b', '2000 c', '2000 end']);
  const looping = play(HEARD, { path: 'x', speed: 2, loop: true }, { clock });
  const heard = listen(looping, clock);
  await clock.advance(3000);
  // 10,000 on; half the recorded times; a round is (2 s + 1 s) / 2
  expect(heard).toEqual(['10000 a', '10250 b', '11000 c', '11500 a', '11750 b', '12500 c', '13000 a']);
  await looping.close();
  expect(clock.pending).toBe(0);
});

test('a loop that could not work is refused', () => {
  expect(() => play(ASKED, { path: 'x', speed: 1, loop: true })).toThrow('round and round');
  expect(() => play(HEARD, { path: 'x', speed: 'max', loop: true })).toThrow('speed=1');
});

test('the link reads its file at each connect, and says what is wrong with it', async () => {
  const before = openHandles();
  const folder = await scratch();
  cleanup.push(() => folder.remove());
  const path = join(folder.path, 'x.cap');
  const link = replayLink({ path, speed: 'max', loop: false });
  await expect(link.connect(line(9600), never)).rejects.toMatchObject({
    code: 'link',
    message: `cannot read the capture ${path}: ENOENT`,
    hint: expect.stringContaining('busbar record') as string,
  });
  await writeFile(path, printCapture(ASKED));
  await expect(link.connect(line(9600), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  const channel = await link.connect(line(9600), never);
  await channel.setLine?.(line(300));
  const reading = reader(channel);
  await channel.write(ascii('ask\r\n'));
  expect(text(await reading.take(12))).toBe('first answer');
  await channel.close();
  await channel.close();
  expect(await reading.end()).toBe('done');
  await expect(channel.write(ascii('x'))).rejects.toMatchObject({ code: 'link' });
  await writeFile(path, 'not a capture');
  await expect(link.connect(line(9600), never)).rejects.toMatchObject({ code: 'config' });
  expect(leftOver(before)).toBe('');
});

linkContract('recording of a memory line', () => {
  const clock = virtualClock();
  const wire = memoryLine(clock);
  return Promise.resolve({
    link: recording(wire.link, () => undefined, clock),
    far: () => Promise.resolve(wire.far),
    lose: () => {
      wire.cut();
      return Promise.resolve();
    },
    restore: () => Promise.resolve(),
    close: () => wire.far.close(),
  });
});

test('what was recorded plays back the same dialogue', async () => {
  const clock = virtualClock();
  const wire = memoryLine(clock, { latency: 7, gap: 9, renewable: true });
  const entries: CaptureEntry[] = [];
  const link = recording(wire.link, (entry) => entries.push(entry), clock);
  expect(link).toMatchObject({ name: 'memory:', latency: 7, gap: 9, renewable: true });
  const channel = await link.connect(line(9600), never);
  const heard = listen(channel, clock);
  await clock.advance(1000);
  const request = ascii(':R50=1,2,1,\r\n');
  await channel.write(request);
  request.fill(0); // its owner reuses the array
  await clock.advance(12);
  await wire.far.write(ascii(':r50=1,'));
  await clock.advance(3);
  await wire.far.write(ascii('220,\r\n'));
  await clock.advance(1);
  expect(printCapture({ header: {}, entries })).toBe(
    'busbar-capture: 1\n\n1.000 > ":R50=1,2,1,\\r\\n"\n1.012 < ":r50=1,"\n1.015 < "220,\\r\\n"\n',
  );
  expect(heard).toEqual(['1012 :r50=1,', '1015 220,\\r\\n']);
  await channel.close();

  const again = virtualClock();
  const played = play({ header: {}, entries }, { path: 'x', speed: 1, loop: false }, { clock: again });
  const same = listen(played, again);
  await played.write(ascii(':R50=1,2,1,\r\n'));
  await again.advance(100);
  expect(same.map((chunk) => chunk.split(' ')[1])).toEqual([':r50=1,', '220,\\r\\n']);
});
