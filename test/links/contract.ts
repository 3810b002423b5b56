import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { Fault } from '../../src/core/fault.ts';
import { line, type Line } from '../../src/core/line.ts';
import type { Channel, Link } from '../../src/core/link.ts';
import { leftOver, never, openHandles, reader, until, within } from './harness.ts';

/** One link with the other end of it, fresh for each test. */
export interface Bench {
  readonly link: Link;
  /** Settings for `connect`. Default 115200 8N1. */
  readonly line?: Line;
  /** The device's side of the link's present connection. */
  far(): Promise<Channel>;
  /** Takes the other side away: unplugs, kills, resets. Absent where a link has no such thing. */
  lose?(): Promise<void>;
  /** Puts it back, so that the link can connect again. */
  restore?(): Promise<void>;
  /** Makes the next connect wait without end, for a test that cancels it. Absent where connecting takes no time. */
  stall?(): Promise<void>;
  /** Gives back everything; the test ran. */
  close(): Promise<void>;
}

/** The highest byte value that the link carries; 255 unless it does parity in software. */
export interface ContractOptions {
  readonly highest?: number;
}

/** Bytes in an order that repeats nowhere near, so that a swap or a loss shows. */
function pattern(count: number, highest: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Knuth's and Lewis's "quick and dirty" generator
    return (state >>> 24) & highest;
  });
}

/** What every link must do, whatever it is made of. */
export function linkContract(name: string, make: () => Promise<Bench>, options: ContractOptions = {}): void {
  const highest = options.highest ?? 255;

  describe(`${name} keeps the contract of links`, () => {
    let bench: Bench;
    let before: ReadonlyMap<string, number>;

    beforeEach(async () => {
      before = openHandles();
      bench = await make();
    });
    afterEach(async () => {
      await bench.close();
      await until(() => leftOver(before) === '', 'all handles to be let go', 3000).catch(() => {
        expect(leftOver(before)).toBe('');
      });
    });

    const connect = (signal: AbortSignal = never): Promise<Channel> =>
      within(bench.link.connect(bench.line ?? line(115200), signal), 10_000, 'the connection');

    async function both(): Promise<{ near: Channel; far: Channel }> {
      const near = await connect();
      return { near, far: await bench.far() };
    }

    test('carries every byte value both ways', async () => {
      const { near, far } = await both();
      const all = Uint8Array.from({ length: highest + 1 }, (_, index) => index);
      await near.write(all);
      expect(await reader(far).take(all.length)).toEqual(all);
      await far.write(all);
      expect(await reader(near).take(all.length)).toEqual(all);
      await near.close();
    });

    test('keeps order and count of 20,000 bytes both ways at once', async () => {
      const { near, far } = await both();
      const sent = pattern(20_000, highest);
      const [atFar, atNear] = await Promise.all([
        reader(far).take(sent.length),
        reader(near).take(sent.length),
        near.write(sent),
        far.write(sent),
      ]);
      expect(Buffer.compare(atFar, sent)).toBe(0);
      expect(Buffer.compare(atNear, sent)).toBe(0);
      await near.close();
    });

    test('keeps order of 200 writes of one byte, not waiting between them', async () => {
      const { near, far } = await both();
      const sent = pattern(200, highest);
      await Promise.all(Array.from(sent, (byte) => near.write(Uint8Array.of(byte))));
      expect(await reader(far).take(sent.length)).toEqual(sent);
      await Promise.all(Array.from(sent, (byte) => far.write(Uint8Array.of(byte))));
      expect(await reader(near).take(sent.length)).toEqual(sent);
      await near.close();
    });

    test('does not care what the caller does with the array after a write was accepted', async () => {
      const { near, far } = await both();
      const reused = ascii('first');
      await near.write(reused);
      reused.fill(0x2a);
      expect(await reader(far).take(5)).toEqual(ascii('first'));
      await near.close();
    });

    test('close ends the reader quietly, twice is fine, and a later write is a link fault', async () => {
      const { near } = await both();
      const end = reader(near).end();
      await Promise.all([near.close(), near.close()]);
      await near.close();
      expect(await end).toBe('done');
      await expect(near.write(ascii('x'))).rejects.toMatchObject({ code: 'link' });
    });

    test('connects again after a close, and bytes flow', async () => {
      await (await connect()).close();
      const { near, far } = await both();
      await near.write(ascii('again'));
      expect(await reader(far).take(5)).toEqual(ascii('again'));
      await near.close();
    });

    test('names who is at the other end', async () => {
      const near = await connect();
      expect(near.peer).not.toBe('');
      expect(bench.link.name).not.toBe('');
      await near.close();
    });

    test('a cancelled connect is `cancelled`, before it starts and while it waits', async () => {
      await expect(connect(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
      if (bench.stall === undefined) return;
      await bench.stall();
      const stop = new AbortController();
      const waiting = connect(stop.signal);
      setTimeout(() => {
        stop.abort();
      }, 30);
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    });

    test('the loss of the other side ends an idle reader and fails writes; then it connects again', async () => {
      if (bench.lose === undefined || bench.restore === undefined) return;
      const { near } = await both();
      const end = reader(near).end();
      await bench.lose();
      const how = await end;
      expect(how === 'done' || (how instanceof Fault && how.code === 'link'), String(how)).toBe(true);
      await expect(near.write(ascii('x'))).rejects.toMatchObject({ code: 'link' });
      await near.close();
      await bench.restore();
      const again = await both();
      await again.far.write(ascii('back'));
      expect(await reader(again.near).take(4)).toEqual(ascii('back'));
      await again.near.close();
    });
  });
}
