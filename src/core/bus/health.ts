import type { FaultCode } from '../fault.ts';

/** How one device has behaved since the bus was opened. */
export interface DeviceHealth {
  /** Jobs that brought a result. */
  readonly answered: number;
  /** Jobs that ended in a fault, by code. */
  readonly faults: Readonly<Partial<Record<FaultCode, number>>>;
  /** Attempts made again after a fault that may pass. */
  readonly retries: number;
  /** Milliseconds from the end of a request to the first byte of its answer, over the last 256 answers; absent before the first. */
  readonly turnaround?: { readonly p50: number; readonly p95: number };
  /** Requests in a row without an answer; 0 while all is well. */
  readonly silentFor: number;
  /** The fault of the last failed job, until a job succeeds. */
  readonly lastFault?: string;
}

/** How the line is. Counters start at 0 when the bus is opened. */
export interface BusHealth {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Frames that answered something of ours, or that a listen-only job took. */
  readonly frames: number;
  /** Good frames on the line that were not for us: another master's requests, answers to it. */
  readonly foreign: number;
  /** Our own requests heard back, as adapters do that listen while they send. */
  readonly echoes: number;
  /** Candidates whose check failed. */
  readonly bad: number;
  /** Bytes that belonged to no frame. */
  readonly noiseBytes: number;
  /** Unasked bytes thrown away before a request. */
  readonly staleBytes: number;
  /** Share of the last minute, 0 to 1, in which a dialogue of ours held the line. */
  readonly utilisation: number;
  readonly devices: Readonly<Record<string, DeviceHealth>>;
}

/** The counting side; one per bus. */
export interface HealthBook {
  count(
    what: 'bytesIn' | 'bytesOut' | 'frames' | 'foreign' | 'echoes' | 'bad' | 'noiseBytes' | 'staleBytes',
    by?: number,
  ): void;
  answered(device: string): void;
  failed(device: string, code: FaultCode, message: string): void;
  retried(device: string): void;
  turnaround(device: string, milliseconds: number): void;
  /** A dialogue held the line from one instant of the clock to another. */
  busy(from: number, to: number): void;
  report(now: number, silentFor: (device: string) => number): BusHealth;
}

const SAMPLES = 256;
const BINS = 60;
const BIN = 1_000;

interface Entry {
  answered: number;
  retries: number;
  faults: Partial<Record<FaultCode, number>>;
  lastFault: string | undefined;
  samples: number[];
  next: number;
}

/** An empty book. */
export function healthBook(openedAt: number): HealthBook {
  const counts = {
    bytesIn: 0,
    bytesOut: 0,
    frames: 0,
    foreign: 0,
    echoes: 0,
    bad: 0,
    noiseBytes: 0,
    staleBytes: 0,
  };
  const entries = new Map<string, Entry>();
  const occupancy = occupancyMeter(openedAt);
  const entry = (device: string): Entry => {
    let found = entries.get(device);
    if (found === undefined) {
      found = { answered: 0, retries: 0, faults: {}, lastFault: undefined, samples: [], next: 0 };
      entries.set(device, found);
    }
    return found;
  };
  return {
    count(what, by = 1) {
      counts[what] += by;
    },
    answered(device) {
      const of = entry(device);
      of.answered++;
      of.lastFault = undefined;
    },
    failed(device, code, message) {
      const of = entry(device);
      of.faults[code] = (of.faults[code] ?? 0) + 1;
      of.lastFault = message;
    },
    retried(device) {
      entry(device).retries++;
    },
    turnaround(device, milliseconds) {
      const of = entry(device);
      of.samples[of.next] = Math.max(0, milliseconds);
      of.next = (of.next + 1) % SAMPLES;
    },
    busy: (from, to) => occupancy.add(from, to),
    report(now, silentFor) {
      const devices: Record<string, DeviceHealth> = {};
      for (const [device, of] of entries) {
        const sorted = [...of.samples].sort((a, b) => a - b);
        const [p50, p95] = [percentile(sorted, 0.5), percentile(sorted, 0.95)];
        devices[device] = {
          answered: of.answered,
          faults: { ...of.faults },
          retries: of.retries,
          silentFor: silentFor(device),
          ...(p50 === undefined || p95 === undefined ? {} : { turnaround: { p50, p95 } }),
          ...(of.lastFault === undefined ? {} : { lastFault: of.lastFault }),
        };
      }
      return { ...counts, utilisation: occupancy.share(now), devices };
    },
  };
}

/** Nearest-rank percentile of sorted samples; undefined when there are none. */
function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Busy time of the last minute, in bins of a second, so that memory and work stay constant. */
function occupancyMeter(openedAt: number): {
  add(from: number, to: number): void;
  share(now: number): number;
} {
  const bins = new Float64Array(BINS);
  let newest = Math.floor(openedAt / BIN);
  const advance = (second: number): void => {
    if (second - newest >= BINS) bins.fill(0);
    else while (newest < second) bins[++newest % BINS] = 0;
    newest = Math.max(newest, second);
  };
  return {
    add(from, to) {
      for (let second = Math.floor(from / BIN); second * BIN < to; second++) {
        advance(second);
        if (newest - second >= BINS) continue;
        const overlap = Math.min(to, (second + 1) * BIN) - Math.max(from, second * BIN);
        bins[second % BINS] = (bins[second % BINS] ?? 0) + overlap;
      }
    },
    share(now) {
      advance(Math.floor(now / BIN));
      const span = Math.min(now - openedAt, (BINS - 1) * BIN + (now % BIN));
      return span <= 0 ? 0 : Math.min(1, bins.reduce((sum, bin) => sum + bin, 0) / span);
    },
  };
}
