import type { ProfileDay, ProfileSlot } from '../core/profile.ts';
import { pay, purse, rounded, WATT_MINUTES } from './money.ts';
import { shares } from './shares.ts';
import type { Tariffs } from './tariff.ts';

/** What a day of a load profile cost. */
export interface DayCost {
  readonly date: string;
  readonly currency: string;
  /** kWh of T1, T2 ... */
  readonly energies: readonly number[];
  /** Cost in millionths of the currency, rounded once; undefined: energy was used in a tariff that has no price. */
  readonly cost: number | undefined;
  /** Of each slot, with its begin and end in minutes since midnight on the meter's clock. */
  readonly slots: readonly {
    readonly from: number;
    readonly to: number;
    readonly cost: number | undefined;
  }[];
}

/** Cost of a day, each slot at the price in force: by the plan, else by the tariffs that the meter itself tells. */
export function costOfDay(day: ProfileDay, tariffs: Tariffs): DayCost {
  const whole = purse();
  const energies: number[] = tariffs.prices.map(() => 0);
  const slots = day.slots.map((slot) => {
    const own = purse();
    let known = true;
    for (const [place, energy] of split(day.date, slot, tariffs).entries()) {
      energies[place] = (energies[place] ?? 0) + energy;
      const price = tariffs.prices[place];
      if (price === undefined) known &&= energy === 0;
      else for (const one of [own, whole]) pay(one, energy, price);
    }
    return { from: slot.from, to: slot.to, cost: known ? rounded(own) : undefined };
  });
  return {
    date: day.date,
    currency: tariffs.currency,
    energies: energies.map((energy) => energy / WATT_MINUTES),
    cost: slots.some(({ cost }) => cost === undefined) ? undefined : rounded(whole),
    slots,
  };
}

/** Watt-minutes of a slot by tariff, the first is T1. */
function split(date: string, slot: ProfileSlot, tariffs: Tariffs): readonly number[] {
  if (!tariffs.planned) {
    return slot.tariffs.some((energy) => energy !== 0) ? slot.tariffs : [slot.energy];
  }
  const minutes = Array.from({ length: slot.to - slot.from }, (_, index) => slot.from + index);
  const parts = shares(
    slot.energy,
    minutes.map(() => 1),
  );
  const found = tariffs.prices.map(() => 0);
  for (const [place, minute] of minutes.entries()) {
    const tariff = tariffs.tariffAt(date, minute) - 1;
    found[tariff] = (found[tariff] ?? 0) + (parts[place] ?? 0);
  }
  return found;
}
