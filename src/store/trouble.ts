import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { StoreStatus } from './api.ts';

/** The primary result code of SQLite in what was thrown; undefined: it is not from SQLite. */
export function sqliteCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined;
  // Extended codes have the primary one in their low byte.
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined;
}

const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** Whether the content of the file is damaged. */
export function isDamage(thrown: unknown): boolean {
  const code = sqliteCode(thrown);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** Why nothing can be written at the moment. */
export interface Trouble {
  readonly state: Exclude<StoreStatus['state'], 'ok'>;
  readonly why: string;
}

/** What is the matter with the disk or the database, in words. SQLite often says only that writing went wrong. */
export function troubleOf(thrown: unknown, path: string): Trouble {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const code = sqliteCode(thrown);
  if (code === FULL || isFull(path)) {
    return {
      state: 'full',
      why: `the disk of ${path} is full (${said}): make room; new data waits in memory and is written by itself then`,
    };
  }
  if (code === READONLY || !isWritable(path)) {
    return {
      state: 'read_only',
      why: `${path} cannot be written (${said}): the disk is mounted read-only, often after an error of an SD card, or the folder belongs to another user`,
    };
  }
  return { state: 'failed', why: `${path} cannot be written: ${said}` };
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < 64 * 1024;
  } catch {
    return false; // the folder is away: the message of SQLite stands
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What is said when a database cannot be opened for reading. */
export function troubleReading(thrown: unknown, path: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const hint = isDamage(thrown)
    ? 'it is no database, or damaged: start the gateway once, which saves what can be read'
    : 'the file and its folder must be readable, and the folder writable while no gateway runs';
  return new Fault('config', `${path} cannot be read: ${said}`, { hint, cause: thrown });
}
