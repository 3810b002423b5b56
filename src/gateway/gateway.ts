import type { Device } from '../core/device.ts';
import type { ProfileDay } from '../core/profile.ts';
import type { Line } from '../core/line.ts';
import type { Reading } from '../core/read.ts';
import type { Alarm, AlarmRule, LineStatus, OutputPage, OutputStatus, SiteView } from '../core/site/index.ts';
import type { BusConfig, Config } from '../config/index.ts';
import type { Store } from '../store/index.ts';
import type { FrameMonitor } from '../core/frame-monitor.ts';
import type { WriteDesk } from './write-desk.ts';

export type { GroupPolling, LineDeviceStatus, LineStatus, OutputStatus } from '../core/site/index.ts';

/** What is asked of a device that is not configured. */
export interface ProbeWanted {
  /** A bus with one device, as it would be configured. */
  readonly bus: BusConfig;
  /** Milliseconds that it may take. */
  readonly budget: number;
  /** Called each time the device refused our password, also where that may have been the line's doing. */
  readonly onRefused?: () => void;
}

/** What a device said that is not configured. */
export interface Probed {
  readonly device: Device;
  readonly address: number;
  readonly line: Line;
  readonly reading: Reading;
  /** Name of the bus that polls this line, between whose questions ours were put. */
  readonly shared?: string;
}

/**
 * Reads a device that is not configured, once and whole. Rejects with what is wrong and its likely cause when nobody
 * answers, with `refused` for a line that is polled with other settings, and with `cancelled`.
 */
export type Probe = (wanted: ProbeWanted, signal: AbortSignal) => Promise<Probed>;

/** A running gateway: everything that API, screens and commands may ask of it. */
export interface Gateway {
  /** Version of this program. */
  readonly version: string;
  /** When it was started: milliseconds since 1970-01-01T00:00Z. */
  readonly startedAt: number;
  /** The configuration in force. */
  readonly config: () => Config;
  readonly view: SiteView;
  readonly store: Store;
  readonly lines: () => readonly LineStatus[];
  /** What goes over a line, by name of the bus; undefined where there is no such bus. */
  readonly frames: (bus: string) => FrameMonitor | undefined;
  /** The definitions of the devices on a bus, for explaining its frames. */
  readonly devicesOn: (bus: string) => readonly Device[];
  readonly outputs: () => readonly OutputStatus[];
  /** Sends something harmless to the receiver of an output and says what became of it. Rejects with `config` when there is no such output. */
  readonly testOutput: (name: string, signal: AbortSignal) => Promise<string>;
  /** What an output serves at a path (`/metrics`); undefined where none does. */
  readonly page: (path: string) => OutputPage | undefined;
  readonly writes: WriteDesk;
  /** Marks an alarm as seen. Throws a `config` fault when there is no such alarm. */
  readonly acknowledge: (subject: string, by: string) => Alarm;
  /** Says that an alarm is over, though nothing tells (a pack that was taken out). Throws a `config` fault where there is none. */
  readonly dismiss: (subject: string, by: string) => void;
  /** The owner's rules and how they stand, in their order. */
  readonly alarmRules: () => readonly AlarmRule[];
  /** Reads groups of a member now, between our polls; of all groups when none are named. */
  readonly readNow: (
    member: string,
    groups: readonly string[] | undefined,
    signal: AbortSignal,
  ) => Promise<Reading>;
  /** Reads the load profile that a member keeps; what is read goes into the history too. Rejects with `config` where it keeps none. */
  readonly readProfile: (
    member: string,
    days: number,
    onDay: (day: ProfileDay, done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<readonly ProfileDay[]>;
  /** Begins anew with a device that was left alone after a refusal. Rejects with `config` where there is none. */
  readonly retry: (member: string) => Promise<void>;
  /** Reads a device that is not configured, on any line, also between the polls of ours. */
  readonly probe: Probe;
  /** Applies another configuration: what did not change goes on untouched. */
  readonly apply: (config: Config) => Promise<Applied>;
  /** Ends everything: outputs say goodbye, the journal is written out. Never rejects. */
  readonly close: () => Promise<void>;
}

/** What a change of configuration did. */
export interface Applied {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly untouched: readonly string[];
}
