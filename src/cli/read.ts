import { isFamily } from '../core/catalog.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { type Followed, follow, type Mode } from '../core/follow.ts';
import type { Device } from '../core/device.ts';
import { groupsNamed, overhear, type Place, poll, type Reading } from '../core/read.ts';
import { nearest } from '../core/nearest.ts';
import { reportJson } from '../core/report.ts';
import { catalog } from '../devices/index.ts';
import { fullCharge, type FullChargeOptions } from './full-charge.ts';
import { reportTable } from './report.ts';
import { readThroughGateway } from './through-gateway.ts';
import { openSession, type Session, type SessionOptions, within } from './session.ts';
import { complainAll, isWatched, log, print } from './terminal.ts';

/** What `read` and `watch` take. */
export interface ReadOptions extends SessionOptions, FullChargeOptions {
  readonly groups?: readonly string[];
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly table?: boolean;
  readonly format?: string;
  readonly raw?: boolean;
  /** Milliseconds between two readings, or true for the device's own pace. */
  readonly watch?: number | true;
  readonly mode?: Mode;
  /** Lines that stand above a live table. */
  readonly banner?: readonly string[];
}

type Style = 'json' | 'jsonl' | 'table' | 'format';

/** What a reading was read from. */
type Source = Pick<Place, 'device' | 'address'>;

/** Milliseconds that a running gateway may take for us: its own polls go on meanwhile. */
const GATEWAY_LIMIT = 30_000;

/** Reads once, or again and again; returns the exit code. */
export async function read(link: string, options: ReadOptions): Promise<number> {
  const style = styleOf(options);
  const repeated = options.watch !== undefined;
  const mode = options.mode ?? (repeated ? 'auto' : 'poll');
  if (!repeated && mode === 'poll') {
    const { device, address, groups, timeout = GATEWAY_LIMIT } = options;
    const through = await readThroughGateway(link, {
      device,
      timeout,
      ...(address === undefined ? {} : { address }),
      ...(groups === undefined ? {} : { groups }),
    });
    if (through !== undefined) {
      checkFormat(through.device, options);
      return told(through, through.reading, options, style);
    }
  }
  const session = await openSession(link, options, mode).catch(async (error: unknown) => {
    const fault = faultOf(error, 'link');
    if (!repeated && style === 'json' && fault.code !== 'config') await print(failedJson(options, fault));
    throw fault;
  });
  try {
    checkFormat(session.place.device, options);
    return repeated ? await watch(session, options, style, mode) : await once(session, options, style, mode);
  } finally {
    await session.close();
  }
}

/** The document of a device that could not even be identified: every group wanted has failed. */
function failedJson(options: ReadOptions, fault: Fault): string {
  const entry = catalog.find(options.device);
  const sample = isFamily(entry) ? entry.members[0] : entry;
  const names = options.groups ?? sample?.groups.map((group) => group.name) ?? [];
  const { code, message } = fault;
  const document = {
    device: {
      id: options.device,
      ...(typeof options.address === 'number' ? { address: options.address } : {}),
    },
    at: new Date().toISOString(),
    faults: Object.fromEntries(names.map((name) => [name, { code, message }])),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function styleOf(options: ReadOptions): Style {
  const chosen = (['json', 'jsonl', 'table', 'format'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (chosen.length > 1) throw new Fault('config', `choose one of --${chosen.join(', --')}`);
  if (options.watch !== undefined && (chosen[0] === 'json' || chosen[0] === 'format')) {
    throw new Fault('config', `--${chosen[0]} prints one document; with --watch use --jsonl or --table`);
  }
  return chosen[0] ?? (options.watch === undefined ? 'json' : isWatched() ? 'table' : 'jsonl');
}

function checkFormat(device: Device, options: ReadOptions): void {
  if (options.format === undefined) return;
  const known = Object.keys(device.formats);
  if (known.includes(options.format)) return;
  const close = nearest(options.format, known);
  throw new Fault(
    'config',
    `${device.id} has no output format '${options.format}'${close === undefined ? '' : `: did you mean '${close}'?`}`,
    {
      hint:
        known.length === 0 ? 'it has none besides --json, --jsonl and --table' : `it has ${known.join(', ')}`,
    },
  );
}

async function once(session: Session, options: ReadOptions, style: Style, mode: Mode): Promise<number> {
  const { place } = session;
  const groups = groupsNamed(place.device, options.groups ?? place.device.groups.map((group) => group.name));
  const reading = await within(session.limit, session.signal, async (signal) => {
    const limited =
      mode === 'poll'
        ? await poll(place, groups, { signal })
        : await overhear(place, groups, session.limit, { signal });
    const cancelled = Object.values(limited.faults).find((fault) => fault.code === 'cancelled');
    if (cancelled !== undefined) throw cancelled;
    return limited;
  });
  return told(place, reading, options, style);
}

/** Prints a reading, and what is wrong with it; returns the exit code. */
async function told(of: Source, reading: Reading, options: ReadOptions, style: Style): Promise<number> {
  await print(render(of, reading, options, style));
  complainAll(distinct(reading.faults));
  return Object.keys(reading.faults).length === 0 ? 0 : 1;
}

/** Faults by group; one that struck several groups (a lost link) is told once. */
function distinct(faults: Readonly<Record<string, Fault>>): [string, Fault][] {
  const byFault = new Map<Fault, string[]>();
  for (const [name, fault] of Object.entries(faults))
    byFault.set(fault, [...(byFault.get(fault) ?? []), name]);
  return [...byFault].map(([fault, names]) => [names.join(', '), fault]);
}

function render(
  { device, address }: Source,
  reading: Reading | Followed,
  options: ReadOptions,
  style: Style,
): string {
  const report = { device, address, at: reading.at, groups: reading.groups, faults: reading.faults };
  const raw = options.raw ?? false;
  switch (style) {
    case 'json':
      return `${JSON.stringify(reportJson(report, raw), null, 2)}\n`;
    case 'jsonl':
      return `${JSON.stringify(reportJson(report, raw))}\n`;
    case 'table':
      return reportTable(report, raw, options.watch !== undefined && isWatched());
    case 'format': {
      const order = options.groups ?? Object.keys(report.groups);
      const groups = Object.fromEntries(order.map((name) => [name, report.groups[name]]));
      return `${device.formats[options.format ?? '']?.print(groups) ?? ''}\n`;
    }
  }
}

const CLEAR_SCREEN = '\u001b[H\u001b[2J';

async function watch(session: Session, options: ReadOptions, style: Style, mode: Mode): Promise<number> {
  const { place, signal } = session;
  const groups = groupsNamed(place.device, options.groups ?? place.device.groups.map((group) => group.name));
  const periods = watchPeriods(session, options);
  const synchronise = fullCharge(session, options);
  const complained = new Set<string>();
  const banner = (options.banner ?? []).map((line) => `${line}\n`).join('');
  const onNotice = (text: string): void => log('info', text);
  for await (const state of follow(place, { groups, mode, periods, signal, onNotice })) {
    const report = render(place, state, options, style);
    await print(style === 'table' && isWatched() ? CLEAR_SCREEN + banner + report : report);
    const faults = distinct(state.faults);
    // The same trouble is told once, until it has passed.
    complainAll(faults.filter(([name, fault]) => !complained.has(name + fault.code)));
    for (const [name, fault] of faults) complained.add(name + fault.code);
    if (Object.keys(state.faults).length === 0) complained.clear();
    await synchronise(state);
  }
  return 0;
}

/** `--watch 5` reads the fastest group every 5 s and leaves the slower ones at their own pace. */
function watchPeriods(session: Session, options: ReadOptions): Record<string, number> {
  if (typeof options.watch !== 'number') return {};
  const pace = options.watch / 1000;
  const { groups } = session.place.device;
  const chosen = options.groups === undefined ? groups : groupsNamed(session.place.device, options.groups);
  const fastest = Math.min(...chosen.map((group) => group.period));
  return Object.fromEntries(
    chosen.map((group) => [group.name, group.period === fastest ? pace : Math.max(pace, group.period)]),
  );
}
