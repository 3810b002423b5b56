import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault } from '../core/fault.ts';

/** A port that is ours until released. */
export interface SerialLock {
  /** Idempotent, never rejects. */
  readonly release: () => Promise<void>;
}

/**
 * Where programs say that a port is theirs: `LCK..ttyUSB0` with the process number in it, eleven characters (Filesystem
 * Hierarchy Standard 3.0, section 5.9). minicom, ser2net, pppd and others keep to it.
 */
const FOLDER = '/run/lock';

/**
 * Takes a serial port for this process, so that two programs do not talk into each other. A lock whose process has ended
 * is taken over. Where the folder is missing or may not be written (Windows, macOS, a container), nothing is locked.
 * @param path the port, links are followed: `/dev/serial/by-id/...` and `/dev/ttyUSB0` are one
 */
export async function lockSerial(path: string, folder = FOLDER): Promise<SerialLock> {
  const name = basename(await realpath(path).catch(() => path));
  const file = `${folder}/LCK..${name}`;
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(file, `${String(process.pid).padStart(10)}\n`, { flag: 'wx', mode: 0o644 });
      return { release: () => rm(file, { force: true }).catch(() => undefined) };
    } catch (error) {
      if (!isCode(error, 'EEXIST')) return { release: () => Promise.resolve() };
    }
    const holder = await holderOf(file);
    if (holder !== undefined || attempt > 0) {
      const who = holder === undefined ? 'another program' : `${holder.name} (process ${holder.pid})`;
      throw new Fault('link', `${path} is in use by ${who}`, {
        hint: `two programs on one line garble each other: end the other one, or read through the running gateway. The lock is ${file}`,
      });
    }
    await rm(file, { force: true });
  }
}

/** Whose lock it is; undefined when that process has ended, or the file holds no process number. */
async function holderOf(file: string): Promise<{ pid: number; name: string } | undefined> {
  const pid = Number((await readFile(file, 'latin1').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but alive.
    if (!isCode(error, 'EPERM')) return undefined;
  }
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  return { pid, name: name === '' ? 'a program' : name };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
