import type { Value, Values } from './snapshot.ts';

/** What surrounds a simulated device at one moment. */
export interface World {
  /** Terminal voltage in V. */
  readonly voltage: number;
  /** Current in A, positive into the battery. */
  readonly current: number;
  /** Temperature in °C. */
  readonly temperature: number;
  /** Calendar time, milliseconds since 1970-01-01T00:00Z. */
  readonly date: number;
}

/** How a simulated device is set up. */
export interface StationOptions {
  readonly address: number;
  /** Values to start with, by group and field; the rest comes from the definition. */
  readonly values?: Readonly<Record<string, Values>>;
  /** Switches of the protocol's own (`reply-shape=echo`), as words. */
  readonly options?: Readonly<Record<string, string>>;
  /** Numbers in [0, 1): the same source gives the same run. */
  readonly random: () => number;
}

/** Something a station puts on the line. */
export interface Utterance {
  readonly bytes: Uint8Array;
  /** Milliseconds from hearing the request to the first byte. */
  readonly after: number;
  /** Baud rate at which it is sent, of a device that changes it in the dialogue. Absent: that of the line. */
  readonly baud?: number;
}

/** Another master on the line, such as a display unit: asks in a fixed rhythm and ignores what it is told. */
export interface Master {
  /** What it is, in words. */
  readonly title: string;
  /** Times a second that its round of requests is made. */
  readonly rate: number;
  /** One round of requests to an address; rounds are counted from 0, since some are asked only every so many. */
  readonly requests: (address: number, round: number) => readonly Uint8Array[];
}

/** The device's side of a protocol: hears the line, answers, and lives on as the world changes. */
export interface Station {
  /** Its address now; a write may change it. */
  readonly address: number;
  /** Baud rate at which it listens now, where it changes that in the dialogue. Absent: that of the line. */
  readonly baud?: number;
  /**
   * Hears bytes on the line and says what it answers.
   * @param baud rate at which they were sent, where the line tells it: at another one they are garbage
   */
  hear(bytes: Uint8Array, baud?: number): readonly Utterance[];
  /** Lets time pass: at most a few seconds at once, so that protections and counters follow closely. */
  tick(seconds: number, world: World): void;
  /** The present values of all groups, derived ones included. */
  readings(): Readonly<Record<string, Values>>;
  /** Sets a field by name, `field` or `group.field`; a `config` fault lists what there is. */
  set(field: string, value: Value): void;
  /** What its `StationOptions.options` take, by name, in words; absent: it does not say. */
  readonly options?: Readonly<Record<string, string>>;
  /** Faults of the protocol's own that can be switched on (see `--fault`), with what each does. */
  readonly faults: Readonly<Record<string, string>>;
  /** Switches such a fault: probability 0 to 1 for each answer. */
  fault(kind: string, rate: number): void;
}
