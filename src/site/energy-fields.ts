import type { Field, FieldInfo, Role } from '../core/field.ts';
import type { QuantityName } from '../core/quantity.ts';
import type { Member, SiteGroup } from '../core/site/index.ts';

/** Where a member says something about its battery. */
export interface Place {
  readonly group: string;
  readonly field: string;
  readonly quantity: QuantityName;
}

/** Where a member says what an energy count needs. */
export interface BatteryPlaces {
  /** The group in which power or current is measured, and its period in milliseconds. */
  readonly source: string;
  readonly period: number;
  readonly power: Place | undefined;
  readonly voltage: Place | undefined;
  readonly current: Place | undefined;
  readonly charged: Place | undefined;
  readonly discharged: Place | undefined;
  readonly charge: Place | undefined;
  readonly capacity: Place | undefined;
  readonly soc: Place | undefined;
}

/** Looks for the roles of a battery among the fields of a member; packs of a rack are not looked into. */
export function batteryPlaces(member: Member): BatteryPlaces | undefined {
  const places = new Map<Role, Place & { readonly period: number }>();
  for (const { name: group, fields, period } of member.groups) {
    for (const { name: field, role, quantity } of fields) {
      if (role !== undefined && !places.has(role)) places.set(role, { group, field, quantity, period });
    }
  }
  const power = places.get('battery_power');
  const [voltage, current] = [places.get('battery_voltage'), places.get('battery_current')];
  const source = power ?? (voltage?.group === current?.group ? current : undefined);
  if (source === undefined) return undefined;
  const together = (place: Place | undefined): Place | undefined =>
    place?.group === source.group ? place : undefined;
  return {
    source: source.group,
    period: source.period * 1000,
    power,
    voltage: together(voltage),
    current: together(current),
    charged: places.get('charged_energy'),
    discharged: places.get('discharged_energy'),
    charge: places.get('battery_charge'),
    capacity: places.get('battery_capacity'),
    soc: places.get('state_of_charge'),
  };
}

/** The group `energy` of a member: only fields that it can have. */
export function energyGroup(places: BatteryPlaces, tariffNumbers: readonly number[]): SiteGroup {
  const fields: Field[] = [];
  const add = (name: string, source: string, info: FieldInfo): void =>
    void fields.push({ name, source, ...info });
  for (const [flow, title, counter] of [
    ['charge', 'charged', places.charged],
    ['discharge', 'discharged', places.discharged],
  ] as const) {
    const how =
      counter === undefined ? 'integral of the power' : 'counter of the device, integral where it is away';
    const energy = { quantity: 'energy', kind: 'counter' } as const;
    add(`${flow}_energy_total`, how, {
      ...energy,
      title: `Energy ${title}`,
      role: `${flow}_energy_total`,
      remark: 'Never falls, whatever happens to device and gateway.',
    });
    add(`${flow}_energy_today`, how, {
      ...energy,
      title: `Energy ${title} today`,
      role: `${flow}_energy_today`,
    });
    add(`${flow}_energy_month`, how, {
      ...energy,
      title: `Energy ${title} this month`,
      role: `${flow}_energy_month`,
    });
    for (const tariff of tariffNumbers) {
      add(`${flow}_energy_t${tariff}`, how, { ...energy, title: `Energy ${title}, tariff ${tariff}` });
    }
    if (places.current !== undefined) {
      add(`${flow}_total`, 'integral of the current', {
        title: `Charge ${title}`,
        quantity: 'charge',
        kind: 'counter',
        role: `${flow}_total`,
      });
    }
    if (counter !== undefined) {
      add(`${flow}_energy_difference`, 'counter of the device less integral of the power', {
        title: `Energy ${title}: device less gateway`,
        quantity: 'energy',
        kind: 'measurement',
        remark: 'Over the time for which both are known.',
      });
    }
  }
  add('gap_time', 'time between readings that are too far apart', {
    title: 'Time without readings',
    quantity: 'duration',
    kind: 'counter',
    remark: 'Nothing is integrated over it; energy comes from the counters of the device where it has them.',
  });
  if (places.current !== undefined && (places.charge ?? places.soc) !== undefined) {
    const lasting = { quantity: 'minutes', kind: 'measurement' } as const;
    const remark = 'At the present current, smoothed over two minutes; unknown when idle.';
    add('time_to_empty', 'remaining charge ÷ current', {
      ...lasting,
      title: 'Time to empty',
      role: 'time_to_empty',
      remark,
    });
    if (places.capacity !== undefined) {
      add('time_to_full', 'missing charge ÷ current', {
        ...lasting,
        title: 'Time to full',
        role: 'time_to_full',
        remark,
      });
    }
  }
  return { name: 'energy', title: 'Energy', period: Math.max(10, places.period / 1000), fields };
}
