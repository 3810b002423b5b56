import { type FileHandle, open } from 'node:fs/promises';
import { type CaptureEntry, printCaptureEntry, printCaptureHeader } from '../core/capture.ts';
import type { Device } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import { follow, type Mode } from '../core/follow.ts';
import { line as lineOf, lineText } from '../core/line.ts';
import type { Link } from '../core/link.ts';
import { groupsNamed } from '../core/read.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink, parseLink } from '../node/parse-link.ts';
import { recording } from '../node/record.ts';
import { openSession, type SessionOptions } from './session.ts';
import { interruption, log } from './terminal.ts';

/** What `record` takes. */
export interface RecordOptions extends Omit<SessionOptions, 'device'> {
  readonly device?: string;
  readonly output: string;
  readonly mode?: Mode;
  readonly groups?: readonly string[];
  /** Milliseconds to record; left out: until interrupted. */
  readonly for?: number;
  readonly anonymise?: boolean;
  readonly origin?: string;
  readonly force?: boolean;
}

/** Records a line into a capture file until interrupted or the time is up; returns the exit code. */
export async function record(link: string, options: RecordOptions): Promise<number> {
  const { device } = options;
  if (options.anonymise === true && device === undefined) {
    throw new Fault(
      'config',
      '--anonymise needs --device: only its definition knows where a serial number stands',
    );
  }
  const file = await create(options.output, options.force ?? false);
  const stop = options.for === undefined ? undefined : AbortSignal.timeout(options.for);
  const tape = tapeTo(file);
  try {
    if (device === undefined) await recordBytes(link, options, tape, stop);
    else await recordDevice(link, { ...options, device }, tape, stop);
  } finally {
    await tape.finish();
  }
  log('warn', `${tape.entries()} runs of bytes in ${options.output}`);
  if (tape.entries() > 0) return 0;
  log('error', 'nothing came over the line');
  return 1;
}

/** A new file, or an old one only when the user says so: a capture may be the only one of its kind. */
async function create(path: string, force: boolean): Promise<FileHandle> {
  try {
    return await open(path, force ? 'w' : 'wx');
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new Fault('config', exists ? `${path} exists already` : `cannot write ${path}`, {
      ...(exists ? { hint: 'choose another name, or --force to replace it' } : {}),
      cause: error,
    });
  }
}

interface Tape {
  header(values: Readonly<Record<string, string>>): void;
  entry(entry: CaptureEntry): void;
  entries(): number;
  finish(): Promise<void>;
}

/** Writes in order and without making the line wait. */
function tapeTo(file: FileHandle): Tape {
  let written = Promise.resolve();
  let count = 0;
  const append = (text: string): void => {
    written = written.then(async () => {
      await file.write(text);
    });
  };
  return {
    header: (values) => append(printCaptureHeader(values)),
    entry: (entry) => {
      count++;
      append(printCaptureEntry(entry));
    },
    entries: () => count,
    finish: async () => {
      await written;
      await file.close();
    },
  };
}

function header(options: RecordOptions, more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...more,
    origin: options.origin ?? 'real device (say who, which model and firmware)',
    date: new Date().toISOString(),
  };
}

/** Polls, or listens beside another master, and records both directions. */
async function recordDevice(
  link: string,
  options: RecordOptions & SessionOptions,
  tape: Tape,
  stop: AbortSignal | undefined,
): Promise<void> {
  const early: CaptureEntry[] = [];
  let write = (entry: CaptureEntry): void => void early.push(entry);
  const mode = options.mode ?? 'auto';
  const wrap = (inner: Link): Link => recording(inner, (entry) => write(entry), systemClock);
  const session = await openSession(link, options, mode, wrap);
  try {
    const { device, address } = session.place;
    tape.header(
      header(options, { device: device.id, address: String(address), line: lineText(device.line) }),
    );
    const masked =
      options.anonymise === true ? anonymiser(device, tape) : (entry: CaptureEntry) => tape.entry(entry);
    early.forEach(masked);
    write = masked;
    const signal = stop === undefined ? session.signal : AbortSignal.any([session.signal, stop]);
    const groups = groupsNamed(device, options.groups ?? device.groups.map((group) => group.name));
    for await (const state of follow(session.place, {
      groups,
      mode,
      signal,
      onNotice: (text) => log('info', text),
    })) {
      for (const [name, fault] of Object.entries(state.faults)) log('warn', `${name}: ${fault.message}`);
    }
  } finally {
    await session.close();
  }
}

/** Cuts what comes from the device into frames, so that serial numbers can be masked in whole ones. */
function anonymiser(device: Device, tape: Tape): (entry: CaptureEntry) => void {
  const inspector = device.inspector();
  return (entry) => {
    if (entry.direction === '>') {
      tape.entry(entry);
      return;
    }
    for (const piece of inspector.push(entry.bytes))
      tape.entry({ ...entry, bytes: device.anonymise(piece.bytes) });
  };
}

/** Listens to a line of which nothing is known. */
async function recordBytes(
  link: string,
  options: RecordOptions,
  tape: Tape,
  stop: AbortSignal | undefined,
): Promise<void> {
  const address = parseLink(link);
  if (address.kind === 'serial' && address.baud === undefined) {
    throw new Fault('config', `${link}: the baud rate is not known`, {
      hint: 'say --device, or put it into the link: serial:/dev/ttyUSB0?baud=9600',
    });
  }
  const { signal, release } = interruption();
  const ends = stop === undefined ? signal : AbortSignal.any([signal, stop]);
  const line = lineOf(9600); // a link that has no settings of its own is a converter, which ignores it
  const source = recording(
    openLink(link, { log: (text: string) => log('info', text) }),
    (entry) => tape.entry(entry),
    systemClock,
  );
  try {
    const channel = await source.connect(line, ends);
    tape.header(header(options, { link }));
    ends.addEventListener('abort', () => void channel.close());
    for await (const bytes of channel.incoming) log('debug', `${bytes.length} bytes`);
  } catch (error) {
    if (!ends.aborted) throw error;
  } finally {
    release();
  }
}
