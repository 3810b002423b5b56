import type { Value, Values } from '../../core/snapshot.ts';
import { DAY_MINUTES, dateOf, momentOf, weekdayOf } from './calendar.ts';
import type { Preset } from './definition.ts';
import type { House } from './house.ts';

/**
 * Everything that a house gives to the registers of its meter, by the names of the fields: the definition's own
 * formats then write it. A field of a list takes the place in it.
 */
export interface HouseValues {
  /** The value of a field, or undefined when the house does not know it. */
  single(field: string): Value | undefined;
  /** A record of a list; undefined when there is none at that place. */
  record(list: string, place: number): Values | undefined;
}

const DAY = 86_400;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Share of each phase in the power, in hundredths. */
const SHARES = [50, 30, 20] as const;
/** Reactive power as a share of the active one. */
const REACTIVE = 0.25;

/** @param preset which meter it is that looks at the house */
export function houseValues(house: House, preset: Preset): HouseValues {
  const day = (): number => Math.floor(house.now / DAY);
  const month = (): string => momentOf(house.now).slice(0, 7);
  const kilowattHours = (wattSeconds: number): number => Math.floor(wattSeconds / 36_000) / 100;

  const energies = (counted: readonly number[]): Values => ({
    total: kilowattHours(counted[0] ?? 0),
    ...Object.fromEntries([1, 2, 3, 4].map((tariff) => [`t${tariff}`, kilowattHours(counted[tariff] ?? 0)])),
  });

  const largest = (of: string): Values => {
    const [all = 0, ...tariffs] = house.largest(of);
    return {
      max_power: all,
      ...Object.fromEntries(tariffs.map((watts, index) => [`max_power_t${index + 1}`, watts])),
    };
  };

  /** Powers, voltages, currents of one phase (0 to 2), or of all. */
  const instant = (): Record<string, Value> => {
    const all = house.power();
    const factor = Math.round(1000 / Math.hypot(1, REACTIVE)) / 1000;
    const out: Record<string, Value> = {
      active_power: all,
      reactive_power_positive: Math.round(all * REACTIVE),
      reactive_power_negative: 0,
      power_factor: factor,
      power_factor_load: 'inductive',
      frequency: 50,
      temperature: 21,
      angle_l1_l2: 120,
      angle_l2_l3: 120,
      angle_l3_l1: 120,
    };
    for (const [index, share] of SHARES.entries()) {
      const phase = `l${index + 1}`;
      const watts = Math.round((all * share) / 10) / 10;
      const volts = 229 + index;
      out[`active_power_${phase}`] = watts;
      out[`voltage_${phase}`] = volts;
      out[`current_${phase}`] = Math.round((watts / volts / factor) * 1000) / 1000;
      out[`reactive_power_positive_${phase}`] = Math.round(watts * REACTIVE * 10) / 10;
      out[`reactive_power_negative_${phase}`] = 0;
      out[`power_factor_${phase}`] = factor;
      out[`power_factor_${phase}_load`] = 'inductive';
    }
    out.voltage = 230;
    out.current = Math.round((all / 230 / factor) * 1000) / 1000;
    return out;
  };

  const reactiveEnergy = (field: string): Value | undefined => {
    const parts = /^reactive_(positive|negative)_(total|t[1-4])$/.exec(field);
    if (parts === null) return undefined;
    const index = parts[2] === 'total' ? 0 : Number(parts[2]?.slice(1));
    return parts[1] === 'negative' ? 0 : kilowattHours(Math.floor((house.counted()[index] ?? 0) * REACTIVE));
  };

  const clock = (): Record<string, Value> => ({
    date: dateOf(day()),
    time: momentOf(house.now).slice(11),
    weekday: WEEKDAYS[weekdayOf(day())] ?? '',
    months_date: dateOf(day()),
    days_date: dateOf(day()),
    read_at: momentOf(house.now),
  });

  const logs = (): Record<string, Value> => ({
    power_off: house.outages.map(({ from }) => from),
    power_on: house.outages.map(({ to }) => to),
    clock_writes_before: house.clockWrites.map(({ before }) => before).slice(0, 16),
    clock_writes_after: house.clockWrites.map(({ after }) => after).slice(0, 16),
  });

  return {
    single(field) {
      if (field === 'firmware') return preset.phases === 1 ? '02' : '000V0201';
      if (field === 'current_season') return house.season();
      return (
        clock()[field] ??
        energies(house.counted())[field] ??
        largest(month())[field] ??
        instant()[field] ??
        reactiveEnergy(field) ??
        logs()[field]
      );
    },
    record(list, place) {
      switch (list) {
        case 'day_starts':
          return mapped(house.opening(day() - place), energies);
        case 'month_ends': {
          const counted = house.opening(firstDayOf(month(), 1 - place));
          return mapped(counted, energies);
        }
        case 'max_power_months':
          return largest(momentOf(firstDayOf(month(), -place) * DAY).slice(0, 7));
        case 'profile': {
          const powers = house.profile(day() - place);
          return powers === undefined ? undefined : { powers: written(powers, preset) };
        }
        default:
          return undefined;
      }
    },
  };
}

function mapped(
  counted: readonly number[] | undefined,
  by: (counted: readonly number[]) => Values,
): Values | undefined {
  return counted === undefined ? undefined : by(counted);
}

/** The powers of a profile as the model writes them. */
function written(powers: readonly number[], { kilowatts }: Preset): string[] {
  return powers.map((watts) =>
    kilowatts ? (watts / 1000).toFixed(2).padStart(5, '0') : String(watts).padStart(5, '0'),
  );
}

/** Day number of the first day of the month so many months after another. */
function firstDayOf(month: string, later: number): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return Date.UTC(year, number - 1 + later, 1) / (DAY_MINUTES * 60_000);
}
