import { signal } from '@preact/signals';
import { type Bus, openBus } from '../core/bus/bus.ts';
import { isFamily } from '../core/catalog.ts';
import type { AccessSettings, Device, Family } from '../core/device.ts';
import { type Fault, faultOf } from '../core/fault.ts';
import { locate } from '../core/find.ts';
import { follow } from '../core/follow.ts';
import { type FrameMonitor, frameMonitor } from '../core/frame-monitor.ts';
import type { Format } from '../core/line.ts';
import { reached } from '../core/reach.ts';
import { place } from '../core/read.ts';
import { everyKind, type Hit, searchLink } from '../core/search.ts';
import { catalog } from '../devices/index.ts';
import {
  browserClock,
  choosePort,
  portName,
  SerialFault,
  type WebSerial,
  webSerialLink,
  webSerialOf,
  type WebSerialPort,
} from '../web/index.ts';
import { nothingSeen, type Seen, seenAfter } from './seen.ts';

/** What a person wants to be read. */
export interface Wish {
  /** undefined: whatever is there is to be found out. */
  readonly kind: Device | Family | undefined;
  /** undefined: the usual one; `find`: the first that answers. */
  readonly address: number | 'find' | undefined;
  /** Fixed settings of the port; undefined: as the device wants. */
  readonly baud: number | undefined;
  readonly format: Format | undefined;
  readonly how: 'poll' | 'listen';
  readonly access: AccessSettings;
}

/** What goes on. */
export type Stage =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly step: string }
  | { readonly kind: 'searching'; readonly step: string; readonly share: number | undefined }
  | { readonly kind: 'reading' };

/** What goes on now. */
export const stage = signal<Stage>({ kind: 'idle' });
/** Why it does not go on, or does not go well. */
export const trouble = signal<Fault | undefined>(undefined);
/** What a search found; undefined: none was made. */
export const hits = signal<readonly Hit[] | undefined>(undefined);
/** What was read; kept after stopping. */
export const seen = signal<Seen | undefined>(undefined);
/** The port that was chosen, and what it is called. */
export const port = signal<{ readonly port: WebSerialPort; readonly name: string } | undefined>(undefined);
/** What went over the line since the last start. */
export const monitor = signal<FrameMonitor>(frameMonitor(browserClock));

let stopping = new AbortController();
/** What is still being put away; the port can be opened once only. */
let working: Promise<void> = Promise.resolve();

/** The browser's Web Serial. Throws a `SerialFault` where it has none. */
export function webSerial(): WebSerial {
  const serial: unknown = 'serial' in navigator ? navigator.serial : undefined;
  return webSerialOf({ isSecureContext, serial });
}

/** Ends what goes on; what was read stays. */
export function stop(): void {
  stopping.abort();
}

/** Lets the person choose a port where none is chosen, then reads or searches. Call it from a click. */
export async function start(wish: Wish, choice: 'same' | 'other' = 'same'): Promise<void> {
  stop();
  trouble.value = undefined;
  try {
    const serial = webSerial();
    if (port.value === undefined || choice === 'other') {
      const chosen = await choosePort(serial);
      port.value = { port: chosen, name: portName(chosen) };
    }
    const chosen = port.value.port;
    await working;
    const over = new AbortController();
    stopping = over;
    monitor.value = frameMonitor(browserClock);
    hits.value = undefined;
    seen.value = undefined;
    working = (
      wish.kind === undefined
        ? search(serial, chosen, wish, over.signal)
        : read(serial, chosen, wish, wish.kind, over.signal)
    ).catch((error: unknown) => {
      const fault = faultOf(error, 'link');
      if (fault.code !== 'cancelled') trouble.value = fault;
    });
    await working;
  } catch (error) {
    trouble.value = faultOf(error, 'link');
  } finally {
    stage.value = { kind: 'idle' };
  }
}

/** Reads what a search found. */
export async function readFound({ device, address }: Hit, wish: Wish): Promise<void> {
  await start({ ...wish, kind: device, address, how: 'poll' });
}

async function search(
  serial: WebSerial,
  chosen: WebSerialPort,
  wish: Wish,
  signal: AbortSignal,
): Promise<void> {
  const link = webSerialLink(serial, chosen, fixedBy(wish));
  stage.value = { kind: 'searching', step: link.name, share: undefined };
  hits.value = [];
  await searchLink(
    { target: link.name, link, fixed: wish.baud !== undefined, clock: browserClock },
    everyKind(catalog),
    {
      step: (step, done, total) => {
        const share = done === undefined || total === undefined ? undefined : done / total;
        stage.value = { kind: 'searching', step, share };
      },
      hit: (hit) => {
        hits.value = [...(hits.value ?? []), hit];
      },
      trouble: (_link, fault) => {
        trouble.value = fault;
      },
      note: () => undefined,
      bytes: monitor.value.note,
    },
    signal,
  );
}

async function read(
  serial: WebSerial,
  chosen: WebSerialPort,
  wish: Wish,
  kind: Device | Family,
  signal: AbortSignal,
): Promise<void> {
  const entry = reached(kind, { access: wish.access });
  const sample = isFamily(entry) ? entry.members[0] : entry;
  if (sample === undefined) return;
  stage.value = { kind: 'connecting', step: '' };
  const link = webSerialLink(serial, chosen, fixedBy(wish));
  const bus = openBus(link, sample.line, browserClock, { onBytes: monitor.value.note });
  try {
    await readOn(bus, entry, wish, signal);
  } finally {
    await bus.close();
  }
}

async function readOn(bus: Bus, entry: Device | Family, wish: Wish, signal: AbortSignal): Promise<void> {
  const { device, address } = await locate(bus, {
    device: entry,
    how: wish.how,
    signal,
    ...(wish.address === undefined ? {} : { address: wish.address }),
    onProgress: ({ address: asked }) => {
      stage.value = { kind: 'connecting', step: String(asked) };
    },
  });
  stage.value = { kind: 'reading' };
  let now = nothingSeen(device, address, browserClock.date());
  seen.value = now;
  for await (const round of follow(place(bus, device, address), { mode: wish.how, signal })) {
    now = seenAfter(now, round);
    seen.value = now;
    const faults = Object.values(round.faults);
    const ofPort = faults.find((fault) => fault instanceof SerialFault);
    // Single groups that fail say so themselves.
    trouble.value = ofPort ?? (round.fresh.length === 0 ? (faults[0] ?? trouble.value) : undefined);
  }
}

function fixedBy({ baud, format }: Wish): { readonly baud?: number; readonly format?: Format } {
  return { ...(baud === undefined ? {} : { baud }), ...(format === undefined ? {} : { format }) };
}
