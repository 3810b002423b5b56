import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { constants } from 'node:fs';
import { lstat, open, unlink, type FileHandle } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { Fault } from '../core/fault.ts';
import type { Link } from '../core/link.ts';
import { cancelledFault, errnoOf, messageOf } from './socket-fault.ts';
import { streamChannel, type StreamChannel } from './stream-channel.ts';

/** How long `close` lets socat pass on the last bytes before it is ended, ms. */
const CLOSE_PATIENCE = 500;

/** Most text of socat kept for a message, characters. */
const MOST_COMPLAINT = 2000;

type Socat = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * A virtual serial port for simulators: `connect` makes one at the path and gives the device's side of it; other
 * programs open the path like any serial port. It stays while they come and go. There is no wire, so baud rate and
 * parity that they set have no effect. Needs the program socat (Linux, macOS).
 */
export function ptyLink(path: string): Link {
  return {
    name: `pty:${path}`,
    latency: 0,
    gap: 0,
    renewable: false,
    connect: (_line, signal) => openPty(path, signal),
  };
}

/**
 * Makes the virtual port and gives the device's side. Rejects with a `link` fault when socat is missing or fails,
 * with `config` when the path is taken by something that is not a symbolic link, with `cancelled` on abort.
 */
export async function openPty(path: string, signal: AbortSignal): Promise<StreamChannel> {
  if (signal.aborted) throw cancelledFault(`making ${path}`);
  await refuseToReplace(path);
  const child = spawn(
    'socat',
    // -t: how long it goes on after our end is closed; -d -d: tells when it is ready.
    ['-t', '0.02', '-d', '-d', `PTY,link=${escaped(path)},rawer`, 'STDIO'],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await removeLink(path);
  };
  try {
    await ready(child, path, signal);
    // Held open so that the port outlives its users: when the last one closes a PTY, socat sees a hang-up.
    const held = await open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    return deviceSide(child, path, held, exited);
  } catch (thrown) {
    await stop();
    throw thrown instanceof Fault
      ? thrown
      : new Fault('link', `cannot make the virtual port ${path}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function deviceSide(child: Socat, path: string, held: FileHandle, exited: Promise<void>): StreamChannel {
  const ended = (): Fault => new Fault('link', `the virtual port ${path} is gone: socat ended`);
  return streamChannel({
    peer: `users of ${path}`,
    input: child.stdout,
    output: child.stdin,
    broke: ended,
    ended,
    stuckHint: 'nobody reads the virtual port, and its buffer is full',
    release: async (how) => {
      const timer = setTimeout(() => child.kill('SIGTERM'), how === 'closed' ? CLOSE_PATIENCE : 0);
      child.stdin.end();
      await exited;
      clearTimeout(timer);
      await held.close();
      await removeLink(path);
    },
  });
}

/** Waits until socat says that it passes bytes. */
function ready(child: Socat, path: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      settle();
      reject(cancelledFault(`making ${path}`));
    };
    signal.addEventListener('abort', abort);
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-MOST_COMPLAINT);
      if (!said.includes('starting data transfer loop')) return;
      settle();
      resolve();
    });
    child.once('close', () => {
      settle();
      reject(new Fault('link', `cannot make the virtual port ${path}: socat said: ${said.trim()}`));
    });
    child.once('error', (error) => {
      settle();
      reject(
        errnoOf(error) === 'ENOENT'
          ? new Fault('link', `cannot make the virtual port ${path}: the program socat is not installed`, {
              hint: 'install it with `sudo apt-get install socat` (Debian, Ubuntu, Raspberry Pi OS), `sudo dnf install socat` (Fedora) or `brew install socat` (macOS), or use a tcp-listen:// or rfc2217-listen:// link',
              cause: error,
            })
          : error,
      );
    });
  });
}

/** A path as socat's address syntax wants it: its separators and quotes escaped. */
function escaped(path: string): string {
  return path.replace(/[\\,:!"'()[\]{}]/g, '\\$&');
}

/** socat replaces what is at the path; only a symbolic link, such as one left by a crash, may go. */
async function refuseToReplace(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined && !there.isSymbolicLink()) {
    throw new Fault('config', `${path} exists and is not a virtual port`, {
      hint: 'choose a path that is free',
    });
  }
}

async function removeLink(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSymbolicLink() === true) await unlink(path).catch(() => undefined); // socat may be quicker
}
