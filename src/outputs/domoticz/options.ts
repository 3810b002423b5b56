/** How a Domoticz output is set. */
export interface DomoticzOptions {
  /** idx by series: `{ 'rack.analog.soc': 12 }`; `rack.alarm` is the alert of a device. */
  readonly sensors: Readonly<Record<string, number>>;
  /** Sensors that are missing are created. */
  readonly create: boolean;
  /** Name of the hardware under which they are. */
  readonly hardware: string;
  /** Milliseconds between two looks for changes. */
  readonly every: number;
  /** Milliseconds after which an unchanged value is sent again, or Domoticz would take the sensor for dead. */
  readonly resend: number;
  /** Only these members; absent: all. */
  readonly members?: readonly string[];
}

/** What a sensor is called and what it takes, by Domoticz. */
export interface SensorFound {
  readonly type: string;
  readonly subtype: string;
}

/** A way to speak to Domoticz. Everything rejects with `output` when it is away, and `refused` when it says no. */
export interface Door {
  /** As it may be shown. */
  readonly receiver: string;
  readonly update: (idx: number, nvalue: number, svalue: string, signal: AbortSignal) => Promise<void>;
  /** Undefined: there is no such idx. */
  readonly find: (idx: number, signal: AbortSignal) => Promise<SensorFound | undefined>;
  /** Makes a sensor and brings its idx; absent: it cannot. */
  readonly create?: (
    sensor: { readonly name: string; readonly mapped: string; readonly options?: string },
    signal: AbortSignal,
  ) => Promise<number>;
  readonly close: () => Promise<void>;
}
