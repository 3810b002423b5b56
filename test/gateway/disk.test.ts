import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Output, OutputContext } from '../../src/core/site/index.ts';
import { readings, rig, type Rig, shunt, testClock } from './rig.ts';

const SECOND = 1_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A disk in memory of so many bytes, or undefined where this user may not mount one. */
function smallDisk(bytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  ends.push(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

async function health(url: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(new URL('healthz', url));
  return { status: answer.status, text: await answer.text() };
}

/** How the store says it is in the bundle for support. */
async function supported(url: string): Promise<{ state: string; why?: string }> {
  const answer = await fetch(new URL('api/support', url));
  return ((await answer.json()) as { store: { state: string; why?: string } }).store; // a document of ours
}

/** Sequences and texts of all that is in the journal. */
async function journal({ gateway }: Rig): Promise<readonly string[]> {
  return (await gateway.store.read(0, 100_000)).map((entry) => JSON.stringify(entry));
}

/** What a disk that takes nothing must look like from outside, and afterwards, when it does again. */
async function survives(
  one: Rig,
  word: string,
  sentence: string,
  mend: () => void,
  harm: () => void,
): Promise<void> {
  const { url } = await one.serve();
  await one.pass(20 * SECOND);
  expect(await health(url)).toMatchObject({ status: 200 });
  const before = await journal(one);
  expect(before.length).toBeGreaterThanOrEqual(18);

  harm();
  const read = readings(one, 'a');
  await one.pass(30 * SECOND);
  expect(readings(one, 'a')).toBeGreaterThanOrEqual(read + 28);
  expect(one.gateway.view.state('a')?.freshness).toBe('fresh');
  const sick = await health(url);
  expect(sick.status).toBe(503);
  expect(sick.text).toContain(sentence);
  expect(await supported(url)).toMatchObject({
    state: word,
    why: expect.stringContaining('busbar.db') as string,
  });
  // What was kept can be read all the time.
  expect((await journal(one)).slice(0, before.length)).toEqual(before);
  // A change of configuration is taken although nothing can be written.
  await one.during(one.gateway.apply(one.gateway.config()));

  mend();
  // Tried again after a minute at the latest.
  await one.pass(70 * SECOND);
  expect(await health(url)).toMatchObject({ status: 200 });
  expect(await supported(url)).toMatchObject({ state: 'ok' });
  const after = await journal(one);
  expect(after.slice(0, before.length)).toEqual(before);
  // Nothing of the time between is missing: it waited in memory.
  const times = (await one.gateway.store.read(0, 100_000, { what: 'snapshot', members: ['a'] })).flatMap(
    (entry) => (entry.what === 'snapshot' && entry.snapshot.group === 'measured' ? [entry.snapshot.at] : []),
  );
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...pauses)).toBeLessThan(2 * SECOND);
  expect(times.length).toBeGreaterThanOrEqual(115);
  expect(await one.gateway.store.check()).toEqual({ ok: true, problems: [] });
}

describe('a disk', () => {
  it('that is full is told, harms nothing, and is used again when there is room', async (context) => {
    const folder = smallDisk(2_000_000);
    if (folder === undefined) return context.skip('mounting a small disk wants root');
    const one = await rig({ clock: testClock(), buses: [shunt('a')], folder });
    ends.push(one.close);
    const filler = join(folder, 'filler');
    await survives(
      one,
      'full',
      'the disk is full',
      () => rmSync(filler),
      () => fill(folder, filler),
    );
  });

  it('that is read-only at the start can be read, and is written when it can be', async (context) => {
    const folder = smallDisk(20_000_000);
    if (folder === undefined) return context.skip('mounting a small disk wants root');
    // The kernel makes no disk read-only while a file is open for writing, so the gateway is started on one that is.
    const remount = (how: string): void => {
      execFileSync('mount', ['-o', `remount,${how}`, folder]);
    };
    const clock = testClock();
    const first = await rig({ clock, buses: [shunt('a')], folder });
    await first.pass(20 * SECOND);
    await first.close();
    const charged = charge(first);
    expect(charged).toBeGreaterThan(0);
    if (!opensByUri(join(folder, 'busbar.db')))
      return context.skip(
        'this Node opens no database by its URI, which SQLite wants for a disk that nobody writes',
      );

    remount('ro');
    ends.push(() => remount('rw'));
    const taken: number[] = [];
    const outputs = { live: liveOutput(taken) };
    const one = await rig({ clock, buses: [shunt('a')], folder, outputs });
    ends.push(one.close);
    const { url } = await one.serve();
    const before = await journal(one);
    expect(before.length).toBeGreaterThanOrEqual(18);
    await comesUp(
      one,
      url,
      taken,
      'read_only',
      'the disk is read-only, or its folder belongs to another user',
    );
    // It counts on from what is stored: 50 A for 10 s are 500 As, 0.14 Ah.
    expect(charge(one)).toBeGreaterThan(charged ?? Infinity);

    remount('rw');
    await one.pass(70 * SECOND);
    expect(await health(url)).toMatchObject({ status: 200 });
    const after = await journal(one);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThanOrEqual(before.length + 75);
    expect(await one.gateway.store.check()).toEqual({ ok: true, problems: [] });
  });

  it.for([
    ['read_only', 'the disk is read-only, or its folder belongs to another user'],
    ['full', 'the disk is full'],
  ] as const)(
    'on which no database can be made (%s) leaves live values, and gets one when it can be',
    async ([word, sentence], context) => {
      const folder = smallDisk(2_000_000);
      if (folder === undefined) return context.skip('mounting a small disk wants root');
      const filler = join(folder, 'filler');
      const remount = (how: string): void => {
        execFileSync('mount', ['-o', `remount,${how}`, folder]);
      };
      if (word === 'full') fill(folder, filler);
      else remount('ro');
      const taken: number[] = [];
      const clock = testClock();
      const one = await rig({
        clock,
        buses: [shunt('a')],
        folder: word === 'full' ? folder : join(folder, 'data'),
        outputs: { live: liveOutput(taken) },
      });
      ends.push(one.close);
      const { url } = await one.serve();
      await comesUp(one, url, taken, word, sentence);
      // What was counted is not known, so nothing is counted that would replace it.
      expect(charge(one)).toBeUndefined();
      expect((await fetch(new URL('api/history?series=a.measured.voltage', url))).status).toBe(502);

      if (word === 'full') rmSync(filler);
      else remount('rw');
      await one.pass(70 * SECOND);
      expect(await health(url)).toMatchObject({ status: 200 });
      expect(charge(one)).toBeGreaterThan(0);
      // What waited in memory is there too: a reading each second since the start.
      expect((await journal(one)).length).toBeGreaterThanOrEqual(75);
    },
  );

  it('that takes nothing does not keep the gateway from ending', async (context) => {
    const folder = smallDisk(2_000_000);
    if (folder === undefined) return context.skip('mounting a small disk wants root');
    const output = { deliver: () => Promise.resolve() };
    const one = await rig({ clock: testClock(), buses: [shunt('a')], folder, outputs: { good: output } });
    await one.pass(10 * SECOND);
    fill(folder, join(folder, 'filler'));
    await one.pass(30 * SECOND);
    await one.close();
    expect(one.said.join('\n')).toMatch(/given up|takes nothing/);
  });
});

/** What is said of a disk that takes nothing, while everything that needs none goes on. */
async function comesUp(
  one: Rig,
  url: string,
  taken: readonly number[],
  word: string,
  sentence: string,
): Promise<void> {
  await one.pass(10 * SECOND);
  expect(readings(one, 'a')).toBeGreaterThanOrEqual(9);
  expect(one.gateway.view.state('a')).toMatchObject({ freshness: 'fresh' });
  expect(taken.length).toBeGreaterThanOrEqual(9);
  const sick = await health(url);
  expect(sick.status).toBe(503);
  expect(sick.text).toContain(sentence);
  expect(await supported(url)).toMatchObject({ state: word });
}

/** An output that shows the latest; like some it wants an identity that survives. Notes the time of each reading. */
const liveOutput =
  (taken: number[]) =>
  async ({ view, memory }: OutputContext): Promise<Output> => {
    await memory.set('id', (await memory.get('id')) ?? 'new');
    const end = view.subscribe((change) => {
      if (change.what === 'snapshot') taken.push(change.snapshot.at);
    });
    return {
      test: () => Promise.resolve('tested'),
      close: () => {
        end();
        return Promise.resolve();
      },
    };
  };

/** Charge that went into the battery, in Ah. */
function charge({ gateway }: Rig): number | undefined {
  const value = gateway.view.state('a')?.groups.energy?.values.charge_total;
  return typeof value === 'number' ? value : undefined;
}

/** Fills a disk to the last block. */
function fill(folder: string, file: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(file, new Uint8Array(bavail * bsize));
}

/** Whether `node:sqlite` understands `file:` with options: since Node 22.15. */
function opensByUri(path: string): boolean {
  try {
    new DatabaseSync(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true }).close();
    return true;
  } catch {
    return false;
  }
}
