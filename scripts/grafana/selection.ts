import type { Role } from '../../src/core/field.ts';
import { quantities, quantity, type QuantityName } from '../../src/core/quantity.ts';
import type { Panel } from './panel.ts';
import { type Shown, shownOf } from './shown.ts';

/** Everything that batteries can say. */
export const BATTERY = shownOf(['state_of_charge', 'battery_power']);
/** Everything that meters can say. */
export const METER = shownOf(['imported_energy', 'imported_power']);

/** Of the device as a whole. */
export const isWhole = ({ list }: Shown): boolean => list === undefined;
/** Of a pack as a whole. */
export const inPack = ({ list, places }: Shown): boolean => list !== undefined && !places;
/** Read often enough to be drawn; the rest has figures. */
export const isFast = ({ period }: Shown): boolean => period <= 60;
/** Those of the whole with any of these roles. */
export const withRole = (shown: readonly Shown[], ...roles: readonly Role[]): readonly Shown[] =>
  shown.filter((one) => isWhole(one) && one.field.role !== undefined && roles.includes(one.field.role));

/** By what devices are known to be alive. */
export const ALIVE = [...withRole(BATTERY, 'battery_voltage'), ...withRole(METER, 'imported_energy')];
/** By what devices are known to be batteries. */
export const BATTERIES = withRole(BATTERY, 'state_of_charge');
/** By what devices are known to be meters. */
export const METERS = withRole(METER, 'imported_energy');
/** By what packs are known. */
export const PACKS = BATTERY.filter(
  ({ list, field }) => list !== undefined && field.role === 'state_of_charge',
);

/** Whether it behaves in one of these ways. */
export const isKind =
  (...kinds: readonly Shown['field']['kind'][]) =>
  ({ field }: Shown): boolean =>
    kinds.includes(field.kind);
/** What its values look like. */
export const form = ({ field }: Shown): string => quantity(field.quantity).form;
/** What lies between the highest and the lowest cell. */
export const isSpread = ({ field }: Shown): boolean =>
  field.quantity === 'cell_voltage' && field.name.endsWith('_spread');

/** Quantities whose name is no title. */
const HEADINGS: Partial<Readonly<Record<QuantityName, string>>> = {
  minutes: 'Time left',
  percent: 'Shares',
  watt_hours: 'Energy by the device',
};
/** A quantity as a title. */
export const heading = (name: QuantityName): string =>
  HEADINGS[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** Something for each quantity that there is, in the order of their table. */
export function eachQuantity(
  shown: readonly Shown[],
  make: (name: QuantityName, of: readonly Shown[]) => Panel,
): Panel[] {
  return (Object.keys(quantities) as QuantityName[]) // the table's own keys
    .map((name) => [name, shown.filter(({ field }) => field.quantity === name)] as const)
    .filter(([, of]) => of.length > 0)
    .map(([name, of]) => make(name, of));
}

/** Energy or charge. */
export const isEnergy = ({ field }: Shown): boolean =>
  (['charge', 'watt_hours', 'energy', 'reactive_energy'] as readonly QuantityName[]).includes(field.quantity);
/** Begins again each day or month: its growth would be wrong then. */
export const isCalendar = ({ field }: Shown): boolean => /_(today|month)(_|$)/.test(field.name);
