import { Fault } from '../core/fault.ts';

/**
 * Money in whole millionths of a currency, energy in whole watt-minutes (as in load profiles), so that sums are exact
 * in any order.
 */

/** Watt-minutes in a kWh. */
export const WATT_MINUTES = 60_000;

/** Millionths of a currency. */
export const MICRO = 1_000_000;

/** Millionths of a decimal number as typed, exactly: `0.24` is 240000. Throws a `config` fault for what is no price. */
export function microMoney(typed: number | string): number {
  const [, sign, whole, places = ''] = /^(-?)(\d{1,9})(?:\.(\d{1,6}))?$/.exec(String(typed)) ?? [];
  if (whole === undefined) {
    throw new Fault('config', `'${typed}' is no price`, {
      hint: 'a decimal number with a point and at most six digits behind it, such as 0.2435',
    });
  }
  const micro = Number(whole) * MICRO + Number(places.padEnd(6, '0'));
  return sign === '-' ? -micro : micro;
}

/** An amount that is added up exactly. */
export interface Purse {
  /** Whole millionths. */
  micro: number;
  /** What is left of a millionth, in 1/60000. */
  rest: number;
}

/** Adds the price of an energy: exact however finely the energy is cut. */
export function pay(purse: Purse, wattMinutes: number, pricePerKwh: number): void {
  // Big integers: a month of a workshop in a currency of small units passes what a double holds exactly.
  const due = BigInt(wattMinutes) * BigInt(pricePerKwh) + BigInt(purse.rest);
  const parts = BigInt(WATT_MINUTES);
  const rest = ((due % parts) + parts) % parts;
  purse.micro += Number((due - rest) / parts);
  purse.rest = Number(rest);
}

/** An empty purse. */
export function purse(): Purse {
  return { micro: 0, rest: 0 };
}

/** Millionths rounded to the nearest, with what is left over. */
export function rounded({ micro, rest }: Purse): number {
  return rest * 2 >= WATT_MINUTES ? micro + 1 : micro;
}
