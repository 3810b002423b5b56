import type { World } from '../../core/station.ts';
import type { Value } from '../../core/snapshot.ts';
import { OUTPUT } from './output.ts';

/** The values of a simulated module by group, as they stand in its messages. */
export type Bodies = Readonly<Record<'info' | 'measured' | 'configured', Record<string, Value | undefined>>>;

/** What goes on inside a module between two questions. */
export interface Meter {
  /** Lets whole seconds pass; the module samples once a second (manuals, technical data). */
  tick(seconds: number, world: World): void;
  /** Switches the output: on again also ends a latched protection. */
  switch(on: boolean): void;
  /** Takes the present current for zero (W61). */
  zero(): void;
  /** A current that the sensor shows besides the true one, in A. */
  offset: number;
  /** Seconds for which the zero point still wanders, as on first start (KG-F manual). */
  unsettled: number;
}

/** Seconds over which the module smooths the current for its time remaining: every capture shows that it lags. */
const SMOOTHING = 30;
/** A change of current that the module takes for a load step, in A and as a share. */
const STEP = 1;

/** @param offCode code by which this module reports a switched-off output */
export function meter(bodies: Bodies, offCode: number): Meter {
  const { measured, configured } = bodies;
  const beyond = new Map<number, number>();
  let within = 0;
  let zeroPoint = 0;
  let smoothed = 0;
  /** Whether anything was measured yet: the step from the start values is none of the load's. */
  let sampled = false;
  let left = 0;

  const number = (group: Record<string, Value | undefined>, name: string): number => {
    const value = group[name];
    return typeof value === 'number' ? value : 0;
  };
  const limitOf = (name: string): number => {
    const value = configured[name];
    return typeof value === 'number' ? value : Infinity;
  };

  /** Codes of the protections whose limit is passed now. */
  const passed = (voltage: number, current: number, temperature: number): number[] => {
    const low = configured.under_voltage_protection;
    const codes: [number, boolean][] = [
      [OUTPUT.over_voltage, voltage > limitOf('over_voltage_protection')],
      [OUTPUT.over_current, -current > limitOf('over_current_protection')],
      [OUTPUT.under_voltage, typeof low === 'number' && voltage < low],
      [OUTPUT.reverse_over_current, current > limitOf('reverse_over_current_protection')],
      [OUTPUT.over_power, Math.abs(voltage * current) > limitOf('over_power_protection')],
      [OUTPUT.over_temperature, temperature > limitOf('over_temperature_protection')],
    ];
    return codes.filter(([, is]) => is).map(([code]) => code);
  };

  const protect = (codes: readonly number[]): void => {
    const status = number(measured, 'output_code');
    if (status === OUTPUT.on) {
      for (const code of [...beyond.keys()]) if (!codes.includes(code)) beyond.delete(code);
      for (const code of codes) {
        const seconds = (beyond.get(code) ?? 0) + 1;
        beyond.set(code, seconds);
        if (seconds > number(configured, 'protection_delay')) {
          measured.output_code = code;
          within = 0;
          return;
        }
      }
    } else if (status !== offCode) {
      within = codes.length === 0 ? within + 1 : 0;
      const recovery = number(configured, 'protection_recovery_time');
      if (recovery > 0 && within >= recovery) {
        measured.output_code = OUTPUT.on;
        beyond.clear(); // the next trip waits for its whole delay again
      }
    }
  };

  const count = (voltage: number, current: number): void => {
    const full = number(configured, 'full_capacity');
    const hours = 1 / 3600;
    const add = (name: string, amount: number): void => {
      if (name in measured) measured[name] = number(measured, name) + amount;
    };
    measured.remaining_capacity = Math.min(
      full,
      Math.max(0, number(measured, 'remaining_capacity') + current * hours),
    );
    add('running_time', 1);
    if (current > 0) {
      add('charged_energy', voltage * current * hours);
    } else {
      add('discharged_capacity', -current * hours);
      add('discharged_energy', -voltage * current * hours);
    }
  };

  const second = (world: World): void => {
    const wander = self.unsettled > 0 ? (self.unsettled % 2 === 0 ? 0.05 : -0.05) : 0;
    if (self.unsettled > 0) self.unsettled--;
    const before = { voltage: number(measured, 'voltage'), current: signedCurrent() };
    const current = world.current + self.offset - zeroPoint + wander;
    const voltage = Math.max(0, world.voltage);
    measured.voltage = voltage;
    measured.current_magnitude = Math.abs(current);
    measured.direction = current > 0 ? 'charging' : 'discharging';
    measured.temperature_raw = Math.min(230, Math.max(60, Math.round(world.temperature) + 100));
    const step = current - before.current;
    if (
      'internal_resistance' in measured &&
      sampled &&
      Math.abs(step) > Math.max(STEP, 0.2 * Math.abs(before.current))
    ) {
      measured.internal_resistance = Math.min(1000, Math.abs((voltage - before.voltage) / step) * 1000);
    }
    sampled = true;
    smoothed += (current - smoothed) / SMOOTHING;
    measured.time_remaining = timeRemaining();
    if (number(measured, 'output_code') === OUTPUT.on) count(voltage, current);
    protect(passed(voltage, current, world.temperature));
    runClock(measured);
  };

  const signedCurrent = (): number =>
    number(measured, 'current_magnitude') * (measured.direction === 'charging' ? 1 : -1);

  const timeRemaining = (): number | null => {
    const remaining = number(measured, 'remaining_capacity');
    const charge = smoothed > 0 ? number(configured, 'full_capacity') - remaining : remaining;
    const minutes = Math.round((charge / Math.abs(smoothed)) * 60);
    return Number.isFinite(minutes) && Math.abs(smoothed) >= 0.01 && minutes > 0
      ? Math.min(minutes, 99_999)
      : null;
  };

  const self: Meter = {
    offset: 0,
    unsettled: 0,
    tick(seconds, world) {
      for (left += seconds; left >= 1; left--) second(world);
    },
    switch(on) {
      beyond.clear();
      measured.output_code = on ? OUTPUT.on : offCode;
    },
    zero() {
      zeroPoint += signedCurrent();
      measured.current_magnitude = 0;
    },
  };
  return self;
}

/** Moves a KH's clock on by a second, once it was set (it starts in the year 2000). */
function runClock(measured: Record<string, Value | undefined>): void {
  const { date, time } = measured;
  if (typeof date !== 'number' || typeof time !== 'number' || date < 10_000) return;
  const pairs = (six: number): [number, number, number] => [
    Math.floor(six / 10_000),
    Math.floor(six / 100) % 100,
    six % 100,
  ];
  const [year, month, day] = pairs(date);
  const [hour, minute, second] = pairs(time);
  const next = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second + 1));
  measured.date =
    (next.getUTCFullYear() - 2000) * 10_000 + (next.getUTCMonth() + 1) * 100 + next.getUTCDate();
  measured.time = next.getUTCHours() * 10_000 + next.getUTCMinutes() * 100 + next.getUTCSeconds();
}
