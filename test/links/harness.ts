import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '../../src/core/bytetext.ts';
import type { Channel } from '../../src/core/link.ts';

/** Reads a channel piece by piece; `incoming` can be consumed only once, so make one of these per channel. */
export interface Reader {
  /** The next so many bytes. Throws when they do not come in time, with what did come. */
  take(count: number, milliseconds?: number): Promise<Uint8Array>;
  /** Reads to the end: what ended it (`done`, or the error thrown). */
  end(milliseconds?: number): Promise<unknown>;
}

/** Makes the reader of a channel. */
export function reader(channel: Pick<Channel, 'incoming'>): Reader {
  const iterator = channel.incoming[Symbol.asyncIterator]();
  let spare: Uint8Array = new Uint8Array();
  return {
    async take(count, milliseconds = 10_000) {
      const parts = [spare];
      let have = spare.length;
      while (have < count) {
        const next = await within(iterator.next(), milliseconds, `${count} bytes`).catch((cause: unknown) => {
          throw new Error(`${have} of ${count} bytes came: ${hex(concat(parts).subarray(-64))}`, { cause });
        });
        if (next.done === true) throw new Error(`the channel ended after ${have} of ${count} bytes`);
        parts.push(next.value);
        have += next.value.length;
      }
      const all = concat(parts);
      spare = all.subarray(count);
      return all.slice(0, count);
    },
    async end(milliseconds = 10_000) {
      try {
        for (;;) {
          const next = await within(iterator.next(), milliseconds, 'the end of the channel');
          if (next.done === true) return 'done';
        }
      } catch (thrown) {
        return thrown;
      }
    },
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** The promise's outcome, or an error that says what did not happen in time. */
export async function within<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`waited ${milliseconds} ms for ${what}`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks every few milliseconds until the condition holds; an error after the time given. For outside processes only. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 10_000,
): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** A new directory, and its removal. */
export async function scratch(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'busbar-links-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * True when a test that needs this program may run. Where it is missing, says once what is skipped and how to get
 * it; with CI=true it is an error instead, so that no run there is green by accident.
 */
export function has(program: string, args: readonly string[], skipped: string): boolean {
  if (spawnSync(program, args, { stdio: 'ignore' }).error === undefined) return true;
  const message = `${program} is not installed: ${skipped} not tested (apt-get install ${program})`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}

/** Kinds of open handles that a link may leave behind. */
const HANDLES = /TCP|TTY|Pipe|Process|Timeout|FSReq|GetAddrInfo|Message/;

/** How many handles and timers of each kind this process has open. */
export function openHandles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    if (HANDLES.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What is open now beyond what was open before, as text; empty when all was let go. */
export function leftOver(before: ReadonlyMap<string, number>): string {
  const more = [...openHandles()].filter(([name, count]) => count > (before.get(name) ?? 0));
  return more.map(([name, count]) => `${name}: ${before.get(name) ?? 0} before, ${count} now`).join('; ');
}
