import { constants } from 'node:fs';
import { access, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { Fault } from '../core/fault.ts';
import { errnoOf, messageOf } from './socket-fault.ts';
import { groupName, listPorts } from './serial-list.ts';

/** Why a port cannot be opened, found out by asking the system before and after the driver tries. */

/**
 * Rejects with a `link` fault when the port does not exist (naming those that do) or may not be opened by this user
 * (with the command that changes it). Does nothing on Windows, whose ports are no files.
 */
export async function checkPort(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const info = await stat(path);
    if (!info.isCharacterDevice()) {
      throw new Fault('link', `${path} is not a serial port`, { hint: await portsThatExist() });
    }
    await access(path, constants.R_OK | constants.W_OK);
  } catch (thrown) {
    throw await openFault(path, thrown);
  }
}

/** The fault for whatever opening the port threw. */
export async function openFault(path: string, thrown: unknown): Promise<Fault> {
  if (thrown instanceof Fault) return thrown;
  const said = messageOf(thrown);
  const code = errnoOf(thrown) ?? codeInWords(said);
  const hint = await openHint(path, code);
  return new Fault('link', `cannot open ${path}: ${code ?? said}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
  });
}

/** The serialport package reports system errors as their English text. */
function codeInWords(said: string): string | undefined {
  if (/no such file|file not found/i.test(said)) return 'ENOENT';
  if (/permission denied|access denied/i.test(said)) return 'EACCES';
  if (/busy|cannot lock|temporarily unavailable/i.test(said)) return 'EBUSY';
  return undefined;
}

async function openHint(path: string, code: string | undefined): Promise<string | undefined> {
  switch (code) {
    case 'ENOENT':
      return portsThatExist();
    case 'EACCES':
    case 'EPERM':
      return permissionHint(path);
    case 'EBUSY':
    case 'EAGAIN':
    case 'EWOULDBLOCK': {
      const users = await usersOf(path);
      const who = users.length === 0 ? 'another program, or another link of this one,' : users.join(', ');
      return `${who} has the port open: stop it first (ModemManager also opens new ports for some seconds)`;
    }
    case 'ENXIO':
    case 'EIO':
    case 'ENODEV':
      return 'the adapter was unplugged or its driver lost it: plug it in again';
    default:
      return undefined;
  }
}

/** The group that owns the port, and the line that puts the user into it. */
async function permissionHint(path: string): Promise<string> {
  const { gid } = await stat(path);
  const group = await groupName(gid);
  return gid === 0
    ? 'only root may open it: a udev rule must give it a group, as `KERNEL=="ttyUSB*", GROUP="dialout", MODE="0660"` does'
    : `it belongs to the group ${group}: run \`sudo usermod -aG ${group} $USER\` and log in again`;
}

/** One sentence with the ports of this machine. */
async function portsThatExist(): Promise<string> {
  const ports = await listPorts();
  if (ports.length === 0) return 'no serial port was found on this machine: is the adapter plugged in?';
  return `ports that exist: ${ports.map((port) => port.byId ?? port.path).join(', ')}`;
}

/** Programs that have the port open, as `name (pid)`; only those that this user may look into. Linux; empty elsewhere. */
export async function usersOf(path: string): Promise<string[]> {
  const target = await realpath(path).catch(() => path);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (pid === String(process.pid)) return undefined;
      const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = await Promise.all(
        files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')),
      );
      if (!targets.includes(target)) return undefined;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'process');
      return `${name.trim()} (${pid})`;
    }),
  );
  return found.filter((user) => user !== undefined);
}

/** The fault for an open port that broke. */
export function portLostFault(path: string, thrown?: unknown): Fault {
  const said = thrown === undefined ? '' : `: ${errnoOf(thrown) ?? messageOf(thrown)}`;
  return new Fault('link', `${path} is gone${said}`, {
    hint: 'the adapter was unplugged or lost power; it is opened again as soon as it is back',
    ...(thrown === undefined ? {} : { cause: thrown }),
  });
}
