import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/site/index.ts';

/** How much is said, least first. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** One of `LEVELS`. */
export type Level = (typeof LEVELS)[number];

/** A log of one line a message: time, level, part, text. */
export interface Log {
  /** The logger of a part of the program. */
  readonly part: (name: string) => Logger;
  /** Says what was counted and not said yet. */
  readonly flush: () => void;
}

/** Milliseconds in which the same message is said once at first; how often it came is said when they are over. */
const QUIET = 60_000;
/** Messages that are watched for repetition; more than these at a time are said each time. */
const MOST_WATCHED = 200;

/** The longest time over which a message that goes on is counted. */
const LONGEST_QUIET = 60 * QUIET;

interface Said {
  readonly print: (text: string) => void;
  readonly text: string;
  /** Until when it is counted, and how long that is. */
  until: number;
  pause: number;
  /** When it came last, and how often since it was told. */
  last: number;
  more: number;
}

/** It is still being said: the next count covers twice the time. */
function goesOn(one: Said, now: number): void {
  one.more = 0;
  one.pause = Math.min(2 * one.pause, LONGEST_QUIET);
  one.until = now + one.pause;
}

/**
 * A log that the same trouble cannot fill: a line that is said again within a minute is counted instead, and while it
 * goes on the count is told after 2, 4, 8 ... 60 minutes. A converter that is away for a day is 30 lines.
 * @param write takes whole lines
 */
export function textLog(options: {
  readonly level: Level;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}): Log {
  const { clock, write } = options;
  const most = LEVELS.indexOf(options.level);
  const said = new Map<string, Said>();

  const settle = (now: number): void => {
    for (const [key, one] of said) {
      const { until, more, pause, last, print, text } = one;
      if (until > now) continue;
      if (more > 0) {
        print(`${text} (${more} more ${more === 1 ? 'time' : 'times'})`);
        if (now - last < pause) goesOn(one, now);
        else said.delete(key);
      } else if (until + pause <= now) said.delete(key);
    }
  };

  const say = (level: Level, part: string, text: string): void => {
    if (LEVELS.indexOf(level) > most) return;
    const now = clock.now();
    settle(now);
    const print = (what: string): void =>
      write(`${new Date(clock.date()).toISOString()} ${level.padEnd(5)} ${part}: ${what}\n`);
    const key = `${level} ${part} ${text}`;
    const before = said.get(key);
    if (before !== undefined && before.until > now) {
      before.more++;
      before.last = now;
      return;
    }
    print(text);
    if (before !== undefined) goesOn(before, now);
    else if (said.size < MOST_WATCHED)
      said.set(key, { until: now + QUIET, pause: QUIET, last: now, print, text, more: 0 });
  };

  return {
    part: (name) => ({
      debug: (text) => say('debug', name, text),
      info: (text) => say('info', name, text),
      warn: (text) => say('warn', name, text),
      error: (text) => say('error', name, text),
    }),
    flush: () => settle(Infinity),
  };
}

/** Bytes at which a log file is put aside. */
const LARGEST = 10_000_000;

/** Appends to a file, which becomes `FILE.1` when it is 10 MB long: two files of that size are the most there is. */
export function logFile(path: string, largest = LARGEST): (line: string) => void {
  let size = sizeOf(path);
  return (line) => {
    if (size + line.length > largest && size > 0) {
      renameSync(path, `${path}.1`);
      size = 0;
    }
    appendFileSync(path, line);
    size += Buffer.byteLength(line);
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
