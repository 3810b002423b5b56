import { describe, expect, it } from 'vitest';
import { batch, snapshot } from '../../test/store/fixture.ts';
import { Fault, virtualClock } from '../core/index.ts';
import type { Batch } from './journal.ts';
import { outbox } from './outbox.ts';
import type { Thread } from './thread.ts';

/** A database whose disk takes data only while it may. */
function disk() {
  const commits: { batch: Batch; dropped: number }[] = [];
  const state = { works: true, hangs: false, commits };
  let newest = 0;
  const call = async (_name: string, input: { batch: Batch; dropped: number }) => {
    await Promise.resolve();
    if (state.hangs) await new Promise(() => undefined);
    if (!state.works) throw new Fault('output', 'the disk is full');
    commits.push(input);
    return { sequences: input.batch.items.map(() => ++newest), newest };
  };
  // Of a thread, an outbox uses this one call only.
  const thread = { newest: 0, call } as unknown as Thread;
  const clock = virtualClock();
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const log = { debug: say, info: say, warn: say, error: say };
  return { state, clock, said, box: outbox({ thread, clock, log, flush: 1000 }) };
}

const items = (count: number, bytes = 10) =>
  batch(Array.from({ length: count }, (_, at) => snapshot(at, { text: 'x'.repeat(bytes) }))).items;

describe('while the disk takes nothing', () => {
  it('entries wait, it is tried again ever more slowly, and nothing is lost', async () => {
    const { state, clock, said, box } = disk();
    state.works = false;
    const added = box.add({ items: items(3) });
    await clock.advance(60 * 60_000);
    expect(box.waiting()).toBe(3);
    expect(said).toEqual(['history: the disk is full']); // said once, not with each attempt
    state.works = true;
    await clock.advance(60_000);
    expect(await added).toEqual([1, 2, 3]);
    expect(said).toEqual(['history: the disk is full', 'history: the disk takes data again']);
    expect(state.commits.map(({ dropped }) => dropped)).toEqual([0]);
  });

  it('the oldest are given up when the memory is full, are refused to whoever waits, and are counted', async () => {
    const { state, clock, box } = disk();
    state.works = false;
    const outcomes: string[] = [];
    // 20 parcels of a good half megabyte: 8 MB hold about 15.
    for (let parcel = 0; parcel < 20; parcel++) {
      box.add({ items: items(5, 110_000) }).then(
        () => outcomes.push(`${parcel} kept`),
        () => outcomes.push(`${parcel} lost`),
      );
      await clock.advance(10_000);
    }
    const lost = outcomes.length;
    expect(lost).toBeGreaterThan(0);
    expect(outcomes).toEqual(Array.from({ length: lost }, (_, parcel) => `${parcel} lost`));
    expect(box.waiting()).toBe((20 - lost) * 5);
    state.works = true;
    await clock.advance(120_000);
    expect(outcomes.slice(lost)).toEqual(
      Array.from({ length: 20 - lost }, (_, index) => `${lost + index} kept`),
    );
    expect(state.commits.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(lost * 5);
  });

  it('a description and what an output has delivered are not given up', async () => {
    const { state, clock, box } = disk();
    state.works = false;
    const cursor = box.add({ cursors: [['mqtt', 7]] });
    for (let parcel = 0; parcel < 30; parcel++) {
      box.add({ items: items(5, 110_000) }).catch(() => undefined);
      await clock.advance(1000);
    }
    state.works = true;
    await clock.advance(120_000);
    await cursor;
    expect(state.commits.flatMap((one) => one.batch.cursors)).toEqual([['mqtt', 7]]);
  });

  it('a disk that hangs does not fill the memory', async () => {
    const { state, clock, box } = disk();
    state.hangs = true;
    const outcomes: string[] = [];
    for (let parcel = 0; parcel < 40; parcel++) {
      box.add({ items: items(5, 110_000) }).catch((fault: unknown) => outcomes.push(String(fault)));
      await clock.advance(1000);
    }
    expect(box.waiting()).toBeLessThan(100);
    expect(outcomes[0]).toContain('the disk is too slow');
  });

  it('closing gives up after one attempt and says how much', async () => {
    const { state, said, box } = disk();
    state.works = false;
    const added = box.add({ items: items(3) });
    const refused = expect(added).rejects.toThrow('1 writes were given up');
    await box.close();
    await refused;
    expect(said.at(-1)).toContain('given up');
  });
});
