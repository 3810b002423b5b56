import { Fault } from '../core/fault.ts';

/** stdout carries data only; everything said to people goes to stderr. */

/** How much is said on stderr, least first. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

let level: LogLevel = 'warn';

/** Sets how much is said from now on. */
export function setLogLevel(wanted: LogLevel): void {
  level = wanted;
}

/** Says something to people, when the level allows it. */
export function log(at: Exclude<LogLevel, 'silent'>, text: string): void {
  if (LOG_LEVELS.indexOf(at) <= LOG_LEVELS.indexOf(level)) process.stderr.write(`busbar: ${text}\n`);
}

/** Says what went wrong, and what to do. */
export function complain(fault: Fault, about?: string): void {
  log('error', `${about === undefined ? '' : `${about}: `}${fault.message}`);
  if (fault.hint !== undefined) log('error', `  ${fault.hint}`);
}

/** Says what went wrong in several places; a hint that several have is given once, behind the last of them. */
export function complainAll(faults: readonly (readonly [about: string, fault: Fault])[]): void {
  for (const [place, [about, fault]] of faults.entries()) {
    log('error', `${about}: ${fault.message}`);
    const { hint } = fault;
    if (hint !== undefined && !faults.slice(place + 1).some(([, later]) => later.hint === hint))
      log('error', `  ${hint}`);
  }
}

let shown = 0;

/** A line about what is going on, overwritten by the next one; only where a person looks at stderr. Empty: cleared. */
export function progress(text: string): void {
  if (!process.stderr.isTTY || level === 'silent') return;
  process.stderr.write(`\r${text.padEnd(shown)}${text === '' ? '\r' : ''}`);
  shown = text.length;
}

/** Writes data; resolves when it was taken, so that a slow reader slows us down instead of filling memory. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

/** `busbar read --watch | head -1` is no failure: ends quietly when the reader of stdout has gone. */
export function stopOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/** Whether a person looks at stdout. */
export function isWatched(): boolean {
  return process.stdout.isTTY;
}

/** A signal that aborts on Ctrl-C or a polite kill. The second Ctrl-C ends at once. */
export function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** Ends the program with exit code 1 after so many milliseconds, unless it is done by then. */
export function giveUpAfter(milliseconds: number): void {
  setTimeout(() => {
    log('error', `not done within ${milliseconds / 1000} s`);
    process.exit(1);
  }, milliseconds).unref();
}
