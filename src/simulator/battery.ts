import type { World } from '../core/station.ts';

/** A battery with something that charges it and something that drains it, as an off-grid shed has. */
export interface BatteryOptions {
  /** Cells in series, 1 to 64; voltages follow a LiFePO4 cell. Default 4 (12.8 V). */
  readonly cells?: number;
  /** Charge it holds, in Ah. Default 100. */
  readonly capacity?: number;
  /** State of charge at the start, 0 to 1. Default 0.5. */
  readonly charge?: number;
  /** Largest charging current, in A, at noon. Default 0.3 of the capacity. */
  readonly sun?: number;
  /** Usual draw of the loads, in A. Default 0.08 of the capacity. */
  readonly load?: number;
  /** Calendar time at the start, milliseconds since 1970-01-01T00:00Z. */
  readonly date: number;
  readonly random: () => number;
}

/** A world that moves: a battery at the present moment, and how to let time pass. */
export interface Battery {
  world(): World;
  /** Lets time pass; split into seconds inside. */
  tick(seconds: number): void;
  /** Holds a value until released with undefined: sliders of a demo, `--set current=-12`. */
  pin(name: 'voltage' | 'current' | 'temperature', value: number | undefined): void;
}

/** Open-circuit voltage of a LiFePO4 cell over its state of charge, in steps of a tenth (typical data sheet curve). */
const CELL_VOLTAGE = [2.8, 3.15, 3.22, 3.25, 3.27, 3.28, 3.29, 3.31, 3.33, 3.34, 3.45] as const;
/** Inner resistance of a cell times its capacity, in Ω·Ah: 1 mΩ for a cell of 100 Ah. */
const RESISTANCE = 0.1;
const DAY = 86_400;

/** A battery under the sun: current by the hour of the day, loads that switch, voltage by charge and current. */
export function battery(options: BatteryOptions): Battery {
  const { cells = 4, capacity = 100, random } = options;
  const sun = options.sun ?? 0.3 * capacity;
  const load = options.load ?? 0.08 * capacity;
  const pinned = new Map<string, number>();
  let stored = (options.charge ?? 0.5) * capacity;
  let elapsed = 0;
  let appliance = 0;
  let cloud = 1;
  let temperature = 22;
  let current = 0;

  const hour = (): number => (((options.date / 1000 + elapsed) % DAY) / 3600 + 24) % 24;
  const daylight = (): number => Math.max(0, Math.sin(((hour() - 6) / 12) * Math.PI));

  const second = (): void => {
    elapsed++;
    // A kettle or a pump now and then; a cloud that drifts.
    if (random() < 1 / 240) appliance = random() < 0.5 ? 0 : load * (1 + 3 * random());
    cloud = Math.min(1, Math.max(0.2, cloud + (random() - 0.5) * 0.02));
    const full = stored / capacity;
    const taper = full > 0.95 ? Math.max(0, (1 - full) / 0.05) : 1;
    const free = sun * daylight() * cloud * taper - load * (0.8 + 0.4 * random()) - appliance;
    current = pinned.get('current') ?? (full <= 0.02 && free < 0 ? 0 : free);
    stored = Math.min(capacity, Math.max(0, stored + current / 3600));
    const warm = 18 + 6 * daylight() + 0.0004 * current * current;
    temperature += (warm - temperature) / 900;
  };

  return {
    world: () => ({
      current,
      voltage: pinned.get('voltage') ?? terminalVoltage(stored / capacity, current, cells, capacity),
      temperature: pinned.get('temperature') ?? temperature,
      date: options.date + elapsed * 1000,
    }),
    tick(seconds) {
      for (let left = Math.round(seconds); left > 0; left--) second();
    },
    pin(name, value) {
      if (value === undefined) pinned.delete(name);
      else pinned.set(name, value);
    },
  };
}

/** Voltage at the terminals: the curve between its steps, and what the current drops inside. */
function terminalVoltage(charge: number, current: number, cells: number, capacity: number): number {
  const place = Math.min(0.999, Math.max(0, charge)) * (CELL_VOLTAGE.length - 1);
  const below = Math.floor(place);
  const [low, high] = [CELL_VOLTAGE[below] ?? 2.8, CELL_VOLTAGE[below + 1] ?? 3.45];
  const open = low + (high - low) * (place - below);
  return cells * (open + (current * RESISTANCE) / capacity);
}
