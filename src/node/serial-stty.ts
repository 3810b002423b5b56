import { spawn } from 'node:child_process';
import { closeSync, constants, open } from 'node:fs';
import { promisify } from 'node:util';
import { ReadStream } from 'node:tty';
import { Fault } from '../core/fault.ts';
import { lineText, type Line } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import { openFault, portLostFault } from './serial-fault.ts';
import { errnoOf } from './socket-fault.ts';
import { streamChannel } from './stream-channel.ts';

/**
 * Serial ports without native code: the port is opened as a terminal, and the program stty, which every Linux has,
 * sets the line on the open file. Nothing to compile, and it works on every Node.
 */

/**
 * Opens the port. Rejects with a `link` fault.
 * @param pseudo true for a pseudo-terminal, which has no character format to set
 */
export async function openWithStty(
  path: string,
  line: Line,
  pseudo: boolean,
  log: (text: string) => void,
): Promise<Channel> {
  const { stream, fd } = await openTerminal(path);
  const closed = new Promise<void>((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', () => resolve());
  });
  try {
    await lock(path, fd, log);
    await stty(path, fd, line, pseudo);
  } catch (thrown) {
    stream.destroy();
    await closed;
    throw thrown;
  }
  const channel = streamChannel({
    peer: `${path} at ${lineText(line)}`,
    input: stream,
    output: stream,
    broke: (thrown) => portLostFault(path, thrown),
    ended: () => portLostFault(path),
    stuckHint: 'the adapter does not send: it hangs, or hardware flow control holds it back',
    release: async () => {
      stream.destroy();
      await closed;
    },
  });
  return {
    ...channel,
    // stty applies settings once all written characters have left the port (TCSADRAIN, POSIX tcsetattr).
    setLine: (next) => stty(path, fd, next, pseudo),
  };
}

interface Terminal {
  readonly stream: ReadStream;
  /** Of the stream: open as long as it is. */
  readonly fd: number;
}

/** Without waiting for a carrier, and without becoming the controlling terminal. */
async function openTerminal(path: string): Promise<Terminal> {
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  const fd = await promisify(open)(path, flags).catch(async (thrown: unknown) => {
    throw await openFault(path, thrown);
  });
  try {
    const stream = new ReadStream(fd);
    stream.on('error', () => undefined); // until the channel listens; afterwards it sees every error first
    const own = handleFd(stream) ?? fd;
    if (own !== fd) closeSync(fd);
    return { stream, fd: own };
  } catch (thrown) {
    closeSync(fd);
    throw new Fault('link', `${path} is not a serial port`, { cause: thrown });
  }
}

/**
 * The descriptor that the stream reads: libuv opens a terminal a second time by its name, and leaves closing the
 * first descriptor to the caller (libuv, uv_tty_init). Node has no public word for it.
 */
function handleFd(stream: ReadStream): number | undefined {
  const handle: unknown = Reflect.get(stream, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

/**
 * Takes the lock that other well-behaved programs respect (serialport, pyserial, minicom, ser2net: flock on the
 * open port). It belongs to our open file, so it goes when that is closed, also when the process dies.
 */
async function lock(path: string, fd: number, log: (text: string) => void): Promise<void> {
  const { code, missing } = await run('flock', ['-xn', '0'], fd);
  if (missing)
    log(`${path} is open without a lock, because the program flock is missing (package util-linux)`);
  else if (code !== 0) throw await openFault(path, Object.assign(new Error('locked'), { code: 'EBUSY' }));
}

/** Sets the line on the open port: raw bytes, no echo, no flow control, modem lines ignored. */
async function stty(path: string, fd: number, line: Line, pseudo: boolean): Promise<void> {
  const parity =
    line.parity === 'none' ? ['-parenb'] : ['parenb', line.parity === 'odd' ? 'parodd' : '-parodd'];
  // inpck without parmrk turns a character of wrong parity into NUL, which no text protocol takes for data.
  const format = pseudo
    ? []
    : [
        `cs${line.dataBits}`,
        ...parity,
        line.stopBits === 2 ? 'cstopb' : '-cstopb',
        line.parity === 'none' ? '-inpck' : 'inpck',
      ];
  const settings = [
    'raw',
    '-echo',
    '-echoe',
    '-echok',
    '-echonl',
    '-iexten',
    'cread',
    'clocal',
    '-crtscts',
    '-hupcl',
  ];
  const { code, missing, said } = await run('stty', [...settings, String(line.baud), ...format], fd);
  if (missing) {
    throw new Fault('link', `cannot set ${path} to ${lineText(line)}: the program stty is missing`, {
      hint: 'install coreutils, or the optional package serialport (`npm install serialport`)',
    });
  }
  if (code !== 0) {
    throw new Fault('link', `cannot set ${path} to ${lineText(line)}: stty said: ${said}`, {
      hint: 'the adapter does not support that rate or format; rates outside the usual list need driver=native',
    });
  }
}

/** Runs a program with the port as its standard input. */
function run(
  program: string,
  args: readonly string[],
  fd: number,
): Promise<{ readonly code: number | null; readonly missing: boolean; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [fd, 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(0, 500);
    });
    child.once('error', (error) => {
      if (errnoOf(error) === 'ENOENT') resolve({ code: null, missing: true, said: '' });
      else reject(new Fault('link', `cannot run ${program}: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      resolve({ code, missing: false, said: said.trim().replace(/\s+/g, ' ') });
    });
  });
}
