import type { ApiMember, ApiMemberState } from '../../core/site/api.ts';
import type { Role } from '../../core/field.ts';
import { latestWithRole, numberOf } from './latest.ts';

/** What goes on in a battery; below a thousandth of its usual current nothing does. */
export type Direction = 'charging' | 'discharging' | 'idle';

/** Watts that are taken for nothing: sensors of large currents never show zero. */
const REST = 5;

/** What power or current says: positive charges. */
export function directionOf(power: number | undefined): Direction | undefined {
  if (power === undefined) return undefined;
  if (Math.abs(power) < REST) return 'idle';
  return power > 0 ? 'charging' : 'discharging';
}

/** A battery for a glance. */
export interface BatteryGlance {
  /** %, V, A, W, Ah, Ah: undefined is unknown. */
  readonly soc: number | undefined;
  readonly voltage: number | undefined;
  readonly current: number | undefined;
  readonly power: number | undefined;
  readonly charge: number | undefined;
  readonly capacity: number | undefined;
  /** Energy left at the present voltage, Wh. */
  readonly energy: number | undefined;
  readonly direction: Direction | undefined;
  /** Minutes until it is empty or full, while it is on the way there. */
  readonly minutes: number | undefined;
}

/** Reads a battery's values by their roles. */
export function batteryGlance(member: ApiMember, state: ApiMemberState): BatteryGlance {
  const read = (role: Role): number | undefined => numberOf(latestWithRole(member, state, role));
  const [voltage, current] = [read('battery_voltage'), read('battery_current')];
  const product = voltage === undefined || current === undefined ? undefined : voltage * current;
  const power = read('battery_power') ?? product;
  const charge = read('battery_charge');
  const direction = directionOf(power);
  return {
    soc: read('state_of_charge'),
    voltage,
    current,
    power,
    charge,
    capacity: read('battery_capacity'),
    energy: voltage === undefined || charge === undefined ? undefined : voltage * charge,
    direction,
    minutes:
      direction === 'charging'
        ? read('time_to_full')
        : direction === 'discharging'
          ? read('time_to_empty')
          : undefined,
  };
}
