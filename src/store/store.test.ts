import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { DAY, FOREVER, HOUR, MEASURED, SECOND, snapshot } from '../../test/store/fixture.ts';
import {
  type SiteEvent,
  type SiteGroup,
  type Snapshot,
  type VirtualClock,
  virtualClock,
} from '../core/index.ts';
import type { Item, Store } from './api.ts';
import { openStore } from './store.ts';

const START = Date.UTC(2026, 0, 1);
const root = mkdtempSync(join(tmpdir(), 'busbar-store-'));
const opened: { store: Store; clock: VirtualClock }[] = [];
let count = 0;

afterEach(async () => {
  for (const { store } of opened.splice(0)) await store.close();
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const GROUP: SiteGroup = { ...MEASURED, title: 'Measurements' };
const of = (...snapshots: Snapshot[]): Item[] =>
  snapshots.map((one) => ({ what: 'snapshot', snapshot: one }));

async function open(path = join(root, `${++count}.db`)) {
  const clock = virtualClock({ date: START });
  const said: string[] = [];
  const events: SiteEvent[] = [];
  const say = (text: string) => said.push(text);
  const store = await openStore({
    ...{ path, clock, retention: FOREVER, timezone: 'UTC' },
    log: { debug: say, info: say, warn: say, error: say },
    report: (event) => events.push(event),
  });
  store.describe('shunt', [GROUP]);
  opened.push({ store, clock });
  return { store, clock, path, said, events };
}

describe('a store', () => {
  it('commits together what comes within a second, and answers then', async () => {
    const { store, clock } = await open();
    const answers: string[] = [];
    const first = store
      .append(of(snapshot(START, { voltage: 50 })))
      .then((given) => answers.push(`first ${given.join()}`));
    await clock.advance(500);
    const second = store
      .append(of(snapshot(START + 500, { voltage: 51 }), snapshot(START + 501, { voltage: 52 })), {
        memory: { total: '1' },
      })
      .then((given) => answers.push(`second ${given.join()}`));
    await clock.advance(499);
    expect(answers).toEqual([]);
    expect(store.newest()).toBe(0);
    expect(await store.memory.get('total')).toBe('1'); // what waits is known already
    await clock.advance(1);
    await Promise.all([first, second]);
    expect(answers).toEqual(['first 1', 'second 2,3']);
    expect(store.newest()).toBe(3);
    expect(await store.read(1, 10)).toHaveLength(2);
  });

  it('writes what waits when it is closed, and has it after that', async () => {
    const { store, path } = await open();
    const waiting = store.append(of(snapshot(START, { voltage: 50, energy: 1 })), {
      memory: { total: '12.5' },
    });
    opened.pop();
    await store.close();
    expect(await waiting).toEqual([1]);
    await expect(store.append([])).rejects.toThrow('the database is closed');
    await expect(store.read(0, 1)).rejects.toThrow('the database is closed');
    const again = (await open(path)).store;
    expect(again.newest()).toBe(1);
    expect(await again.memory.get('total')).toBe('12.5');
    expect(await again.read(0, 10)).toStrictEqual([
      { sequence: 1, ...of(snapshot(START, { voltage: 50, energy: 1 }))[0] },
    ]);
  });

  it('refuses what a second gateway would do, in words', async () => {
    const { path } = await open();
    const refused = open(path);
    await expect(refused).rejects.toThrow(`in use by another gateway (process ${process.pid}`);
    await expect(refused).rejects.toMatchObject({ code: 'config' });
  });

  it('keeps a cursor for each output: new ones begin at the newest entry, or at the oldest', async () => {
    const { store, clock } = await open();
    const appended = store.append(of(snapshot(START, {}), snapshot(START + 1, {})));
    await clock.advance(SECOND);
    await appended;
    const answers = Promise.all([store.cursor('mqtt'), store.cursor('sql', 'oldest')]);
    const [mqtt, sql] = await until(clock, answers);
    expect([mqtt, sql]).toEqual([2, 0]);
    expect(await store.backlog('sql')).toEqual({ entries: 2, oldest: START });
    await until(clock, store.advance('sql', 1));
    expect(await store.cursor('sql')).toBe(1);
    const [entry] = await store.read(1, 1);
    if (entry === undefined) throw new Error('nothing to read');
    await until(clock, store.quarantine('sql', entry, 'type conflict'));
    expect(await store.quarantined()).toMatchObject([{ output: 'sql', why: 'type conflict', entry }]);
    await until(clock, store.forget('sql'));
    expect(await store.outputs()).toEqual(['mqtt']);
  });

  it('condenses by itself in the course of time, and exports what it has', async () => {
    const { store, clock } = await open();
    const hours = Array.from({ length: 5 }, (_, hour) =>
      snapshot(START + hour * HOUR, { voltage: 50 + hour, output: 'on' }),
    );
    await until(clock, store.append(of(...hours)));
    await clock.advance(6 * HOUR);
    const name = { member: 'shunt', group: 'measured', path: 'voltage' };
    const [history] = await store.history({ series: [name], from: START, to: START + DAY, level: 'day' });
    // Today is not over: it is made from what is there. (50 + ... + 54) / 5 = 52.
    expect(history).toMatchObject({
      level: 'day',
      points: [{ at: START, count: 5, min: 50, mean: 52, max: 54, last: 54 }],
    });
    expect(await store.series()).toMatchObject([
      { ...name, unit: 'V', first: START, last: START + 4 * HOUR },
      { path: 'output', quantity: 'word' },
    ]);
    const rows: string[] = [];
    for await (const { path, at, last } of store.export({ from: START + HOUR, to: START + 3 * HOUR })) {
      rows.push(`${path} ${(at - START) / HOUR} ${String(last)}`);
    }
    expect(rows).toEqual(['voltage 1 51', 'output 1 on', 'voltage 2 52', 'output 2 on']);
    const byHour: unknown[] = [];
    for await (const row of store.export({ level: 'hour', series: [name] })) byHour.push(row.mean);
    expect(byHour).toEqual([50, 51, 52, 53, 54]);
    expect(await store.check()).toEqual({ ok: true, problems: [] });
    expect(await store.status()).toMatchObject({ state: 'ok', entries: 5, waiting: 0, lost: { count: 0 } });
  });
});

/** Lets time pass until an answer is there that waits for a commit. */
async function until<T>(clock: VirtualClock, answer: Promise<T>): Promise<T> {
  const state = { waits: true };
  const noted = answer.finally(() => (state.waits = false));
  while (state.waits) {
    await clock.advance(SECOND);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return noted;
}
