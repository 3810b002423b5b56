import { describe, expect, test } from 'vitest';
import { ascii, text } from '../core/bytetext.ts';
import { line } from '../core/line.ts';
import { memoryLine } from '../core/memory-link.ts';
import type { Master, Station } from '../core/station.ts';
import { virtualClock } from '../core/virtual-clock.ts';
import kg from '../devices/juntek/kg.ts';
import { simulateLine, type SimulatedLineOptions } from './line.ts';
import { mangler } from './line-faults.ts';
import { seeded } from './random.ts';
import { site } from './site.ts';

const LINE = line(115200);

/** A station that answers every request that ends with `?` by its name, after so many milliseconds. */
const parrot = (name: string, after: number): Station => ({
  ...kg.station({ address: 1, random: () => 0 }),
  hear: (bytes) => (text(bytes).endsWith('?') ? [{ bytes: ascii(name), after }] : []),
});

/** What is heard of characters that met others on the wire: every second bit is lost. */
const spoilt = (said: string): string => text(ascii(said).map((byte) => byte & 0x55));

/** The near end of a simulated line, and what was heard on it, with times. */
async function on(options: Partial<SimulatedLineOptions>) {
  const clock = virtualClock();
  const wire = memoryLine(clock, { line: LINE });
  const near = await wire.link.connect(LINE, new AbortController().signal);
  const heard: [at: number, what: string][] = [];
  const listening = (async () => {
    for await (const bytes of near.incoming) heard.push([Math.round(clock.now() * 100) / 100, text(bytes)]);
  })();
  listening.catch(() => undefined); // the far side going away is a test's own doing
  const over = simulateLine({
    channel: wire.far,
    clock,
    stations: [],
    line: LINE,
    mangler: mangler(seeded(1)),
    ...options,
  });
  return { clock, wire, near, heard, over };
}

const beat = (rate: number, ...requests: string[]): Master => ({
  title: 'a master',
  rate,
  requests: (address, round) => requests.map((one) => ascii(`${one}${address}.${round}`)),
});

describe('a shared line', () => {
  test('an answer comes after its latency and the time of its characters: 10 bits at 115200 baud each', async () => {
    const { clock, near, heard } = await on({ stations: [parrot('answer', 20)] });
    await near.write(ascii('?'));
    await clock.advance(100);
    // one character to hear, 20 ms, six characters to say: 20 + 7 × 0.0868
    expect(heard).toEqual([[20.61, 'answer']]);
  });

  test('two answers at one time spoil each other, one after the other do not', async () => {
    const both = await on({ stations: [parrot('answer', 20), parrot('other!', 20)] });
    await both.near.write(ascii('?'));
    await both.clock.advance(100);
    expect(both.heard.map(([, what]) => what)).toEqual([spoilt('answer'), spoilt('other!')]);
    const apart = await on({ stations: [parrot('answer', 20), parrot('other!', 40)] });
    await apart.near.write(ascii('?'));
    await apart.clock.advance(100);
    expect(apart.heard.map(([, what]) => what)).toEqual(['answer', 'other!']);
  });

  test('requests of two masters at one time spoil each other: nobody answers', async () => {
    const { clock, near, heard } = await on({
      stations: [parrot('answer', 20)],
      masters: [{ master: { title: '', rate: 1, requests: () => [ascii('and?')] }, address: 1 }],
    });
    // The other one asks at 1000 ms, for four characters of 0.087 ms; we begin within that time.
    await clock.advance(1000.2);
    await near.write(ascii('who?'));
    await clock.advance(200);
    expect(heard.map(([, what]) => what)).toEqual(['and?']);
    await near.write(ascii('who?'));
    await clock.advance(200);
    expect(heard.map(([, what]) => what)).toEqual(['and?', 'answer']);
  });

  test('a request while a station speaks is not heard by it, and spoils what it says', async () => {
    const { clock, near, heard } = await on({ stations: [parrot('answer', 20)] });
    await near.write(ascii('?'));
    await clock.advance(20.3); // it began to answer at 20.09
    await near.write(ascii('?'));
    await clock.advance(200);
    expect(heard.map(([, what]) => what)).toEqual([spoilt('answer')]);
  });

  test('a master asks on only when it was answered', async () => {
    const { clock, heard } = await on({
      stations: [parrot('yes', 100)],
      masters: [{ master: { title: '', rate: 1, requests: () => [ascii('1?'), ascii('2?')] }, address: 1 }],
    });
    await clock.advance(1500);
    expect(heard.map(([, what]) => what)).toEqual(['1?', 'yes', '2?', 'yes']);
  });

  test('an echo is everything that was sent, first', async () => {
    const { clock, near, heard } = await on({ stations: [parrot('answer', 20)], echo: true });
    await near.write(ascii('who?'));
    await clock.advance(100);
    expect(heard.map(([, what]) => what)).toEqual(['who?', 'answer']);
  });

  test('another master asks in its rhythm; its requests and the answers are heard; rounds are counted', async () => {
    const { clock, heard } = await on({
      stations: [parrot('', 5)],
      masters: [{ master: beat(2, 'a', 'b'), address: 7 }],
    });
    await clock.advance(1600);
    expect(heard).toEqual([
      [500, 'a7.0'],
      [560, 'b7.0'],
      [1000, 'a7.1'],
      [1060, 'b7.1'],
      [1500, 'a7.2'],
      [1560, 'b7.2'],
    ]);
  });

  test('another master that is unplugged says no more', async () => {
    const plug = new AbortController();
    const { clock, heard } = await on({
      masters: [{ master: beat(1, 'a'), address: 1, signal: plug.signal }],
    });
    await clock.advance(2500);
    plug.abort();
    await clock.advance(5000);
    expect(heard).toHaveLength(2);
  });

  test('it is over when the channel ends, and leaves no timer', async () => {
    const { clock, wire, over } = await on({
      stations: [parrot('x', 1000)],
      masters: [{ master: beat(1, 'a'), address: 1 }],
    });
    await clock.advance(1500);
    await wire.far.close();
    await over;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

describe('a site', () => {
  test('the same seed gives the same day, another seed another one', async () => {
    const day = async (seed: number): Promise<string> => {
      const clock = virtualClock();
      const simulated = site({ clock, devices: [{ device: kg }], seed, speed: 60 });
      await clock.advance(60_000);
      simulated.stop();
      expect(clock.pending).toBe(0);
      return JSON.stringify(simulated.stations[0]?.readings());
    };
    expect(await day(1)).toBe(await day(1));
    expect(await day(1)).not.toBe(await day(2));
  });

  test('what is pinned stays', async () => {
    const clock = virtualClock();
    const simulated = site({
      clock,
      seed: 1,
      devices: [
        {
          device: kg,
          set: [
            ['current', -12],
            ['voltage', 13.1],
          ],
        },
      ],
    });
    await clock.advance(30_000);
    expect(simulated.stations[0]?.readings().measured).toMatchObject({ current: -12, voltage: 13.1 });
    simulated.stop();
  });
});
