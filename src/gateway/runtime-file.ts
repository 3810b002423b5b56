import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { portOf } from '../node/link-port.ts';

/** What a running gateway tells other commands of the same user, so that they ask it instead of fighting for the port. */
export interface RuntimeFile {
  readonly pid: number;
  /** Where its API is: `http://127.0.0.1:8420`. */
  readonly url: string;
  /** Opens the API for this run. */
  readonly token: string;
  /** What it polls: link, definition and address by name of the member. */
  readonly members: readonly RuntimeMember[];
}

/** A device that a running gateway polls. */
export interface RuntimeMember {
  readonly name: string;
  readonly link: string;
  readonly device: string;
  readonly address?: number;
}

/** The folder of this user's runtime files: gone after a restart, readable for nobody else. */
export function runtimeFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = env.XDG_RUNTIME_DIR;
  return base === undefined || base === ''
    ? join(tmpdir(), `busbar-${userInfo().uid}`)
    : join(base, 'busbar');
}

/** Writes or replaces the file of this process. Rejects when the folder cannot be written. */
export async function writeRuntimeFile(file: RuntimeFile, folder = runtimeFolder()): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${file.pid}.json`), JSON.stringify(file), { mode: 0o600 });
}

/** Removes the file of a process; never throws. */
export function removeRuntimeFile(pid: number, folder = runtimeFolder()): void {
  rmSync(join(folder, `${pid}.json`), { force: true });
}

/** The running gateway that holds a link, if any. */
export function gatewayHolding(link: string, folder = runtimeFolder()): RuntimeFile | undefined {
  const wanted = sameness(link);
  return runningGateways(folder).find(({ members }) =>
    members.some((member) => sameness(member.link) === wanted),
  );
}

/** The gateways of this user that run. Files of processes that ended are removed. */
export function runningGateways(folder = runtimeFolder()): readonly RuntimeFile[] {
  const files: RuntimeFile[] = [];
  for (const name of entriesOf(folder)) {
    const pid = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    if (!Number.isInteger(pid)) continue;
    if (!isAlive(pid)) {
      removeRuntimeFile(pid, folder);
      continue;
    }
    try {
      files.push(JSON.parse(readFileSync(join(folder, name), 'utf8')) as RuntimeFile); // written by this program, for this user only
    } catch {
      // Just being written: it is not ours to wait for.
    }
  }
  return files;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Two texts of the same line have the same. */
function sameness(link: string): string {
  try {
    return portOf(link) ?? link.trim();
  } catch {
    return link.trim();
  }
}
