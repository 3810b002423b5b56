import type { World } from '../../core/station.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import type { PylontechDefinition } from './definition.ts';
import { type Model, MOST_SHORT } from './models.ts';

/** Values as sent, by group: what a simulated pack answers with. */
export type Records = Record<string, Record<string, Value | undefined>>;

/** A simulated pack. */
export interface SimulatedPack {
  readonly model: Model;
  readonly records: Records;
  /** Lets time pass with a share of the rack's current. */
  tick(seconds: number, world: World, share: number): void;
  /** INFOFLAG now; asking 44h clears it. */
  infoFlag(): number;
  asked44(): void;
  /** Takes over limits of 92h; they fall back after ten seconds. */
  force(limits: Values): void;
}

/** Faults of a pack that can be switched on, with what each does. */
export const PACK_FAULTS: Readonly<Record<string, string>> = {
  'cell-over-voltage': 'cell 1 at 3.75 V: state above limit, module over-voltage, charge MOSFET off',
  'cell-under-voltage': 'cell 2 at 2.70 V: state below limit, cell under-voltage, discharge MOSFET off',
  'over-temperature': 'second sensor at 63 °C: state above limit, charge over-temperature, charge MOSFET off',
  'missing-sensor': 'the last temperature sensor is not there (1731, -100 °C)',
  'cell-error': 'cell 9 is in error (status 5, bit 0)',
};

/** INFOFLAG of a pack whose 44h nobody has asked for: both bits, as in every answer of such lines. */
const NEVER_ASKED = 0x11;
const DAY = 86_400;
/** Seconds that limits set by 94h last (manual, chapter 4.10). */
const FORCED_FOR = 10;

/** Makes a pack as its model is, half charged. */
export function simulatedPack(
  definition: PylontechDefinition,
  address: number,
  model: Model,
  master: Model,
  has: (fault: string) => boolean,
  random: () => number,
): SimulatedPack {
  const records = initialRecords(definition, address, model, master);
  const { analog = {}, alarms = {}, management = {} } = records;
  const offsets = Array.from({ length: model.cells }, () => Math.round((random() - 0.5) * 6) / 1000);
  let charge = chargeIn(analog);
  let throughput = 0;
  let sinceFull = 0;
  let changed = NEVER_ASKED;
  let seen = '';
  let forced: { readonly before: Values; left: number } | undefined;

  const measure = (seconds: number, world: World, share: number): void => {
    const full = Number(analog.long_full_capacity ?? analog.short_full_capacity);
    const shown = chargeIn(analog);
    // Somebody has set another charge since the last tick.
    if (Math.abs(shown - stepped(charge, full, model)) > 1e-6) charge = shown;
    const current = Math.round(world.current * share * 10) / 10;
    const before = charge;
    charge = Math.min(full, Math.max(0, charge + (world.current * share * seconds) / 3600));
    throughput += Math.max(0, before - charge);
    if (throughput >= full) {
      throughput -= full;
      analog.cycles = Number(analog.cycles) + 1;
    }
    sinceFull = charge > 0.97 * full ? 0 : sinceFull + seconds;
    setCharge(analog, stepped(charge, full, model));
    analog.current = current;
    // The world's battery may have any number of cells: one of them is as one of ours.
    const series = Math.max(1, Math.round(world.voltage / 3.28));
    const cells = offsets.map((offset) => {
      const noise = Math.round((random() - 0.5) * 2.4) / 1000;
      return Math.round((world.voltage / series + offset + noise) * 1000) / 1000;
    });
    if (has('cell-over-voltage')) cells[0] = 3.75;
    if (has('cell-under-voltage')) cells[1] = 2.7;
    analog.cell_voltages = cells;
    analog.voltage = Math.round(cells.reduce((sum, cell) => sum + cell, 0) * 1000) / 1000;
    const sensors = [world.temperature + 3, ...Array.from({ length: 4 }, () => world.temperature)].map(
      (celsius) => 2731 + (model.newer ? Math.round(celsius * 10) : Math.round(celsius) * 10),
    );
    if (has('over-temperature')) sensors[1] = 2731 + 630;
    if (has('missing-sensor')) sensors[4] = 1731;
    analog.temperature_codes = sensors;
  };

  const judge = (): void => {
    const full = Number(analog.long_full_capacity ?? analog.short_full_capacity);
    const soc = full > 0 ? charge / full : 0;
    const high = has('cell-over-voltage');
    const low = has('cell-under-voltage');
    const hot = has('over-temperature');
    alarms.cell_state_codes = Array.from({ length: model.cells }, (_, index) =>
      index === 0 && high ? 2 : index === 1 && low ? 1 : 0,
    );
    alarms.temperature_state_codes = Array.from({ length: 5 }, (_, index) => (index === 1 && hot ? 2 : 0));
    alarms.status_1 = (hot ? 0x40 : 0) | (low ? 0x02 : 0) | (high ? 0x01 : 0);
    alarms.status_2 = 0x0e & ~(high || hot ? 0x02 : 0) & ~(low ? 0x04 : 0);
    const current = Number(analog.current);
    alarms.status_3 = (current > 0.1 ? 0x80 : 0) | (current < -0.1 ? 0x40 : 0) | (charge >= full ? 0x08 : 0);
    alarms.status_5 = has('cell-error') ? 1 : 0;
    const taper = Math.min(1, Math.max(0, (1 - soc) / 0.05));
    management.charge_current_limit = high || hot ? 0 : Math.round(model.current * 5 * taper) / 10;
    management.discharge_current_limit = low || soc <= 0 ? 0 : -Math.round(model.current * 5) / 10;
    const enables = (taper > 0 && !high && !hot ? 0x80 : 0) | (soc > 0 && !low ? 0x40 : 0);
    const now = (soc >= 0.05 && soc < 0.09 ? 0x20 : 0) | (soc >= 0.09 && soc < 0.13 ? 0x10 : 0);
    management.status = enables | now | (sinceFull > 30 * DAY ? 0x08 : 0);
    const [switches, states] = [
      String(alarms.status_2),
      JSON.stringify([alarms.status_1, alarms.cell_state_codes]),
    ];
    if (changed !== NEVER_ASKED && seen !== '') {
      if (!seen.startsWith(`${switches}|`)) changed |= 0x10;
      if (!seen.endsWith(`|${states}`)) changed |= 0x01;
    }
    seen = `${switches}|${states}`;
  };

  return {
    model,
    records,
    tick(seconds, world, share) {
      measure(seconds, world, share);
      const held = forced === undefined ? undefined : { ...management };
      judge();
      if (forced === undefined) return;
      forced.left -= seconds;
      Object.assign(management, forced.left > 0 ? held : forced.before);
      if (forced.left <= 0) forced = undefined;
    },
    infoFlag: () => changed,
    asked44() {
      changed = 0;
    },
    force(limits) {
      forced = { before: forced?.before ?? { ...management }, left: FORCED_FOR };
      Object.assign(management, limits);
    },
  };
}

function chargeIn(analog: Values): number {
  return Number(analog.long_remaining_capacity ?? analog.short_remaining_capacity);
}

function setCharge(analog: Record<string, Value | undefined>, value: number): void {
  const name = analog.long_remaining_capacity === undefined ? 'short' : 'long';
  analog[`${name}_remaining_capacity`] = value;
}

/** Older packs count their charge in hundredths of what they hold, newer ones in mAh. */
function stepped(charge: number, full: number, { newer }: Model): number {
  const step = newer ? 0.001 : full / 100;
  return Math.round(Math.floor(charge / step + 1e-6) * step * 1000) / 1000;
}

/** What a pack of a model starts with; its master's model decides in how many bytes charge is sent. */
function initialRecords(
  definition: PylontechDefinition,
  address: number,
  model: Model,
  master: Model,
): Records {
  const records: Records = {};
  for (const [name, { initial }] of Object.entries(definition.groups)) {
    records[name] = { ...structuredClone(initial) };
  }
  const long = master.capacity > MOST_SHORT;
  const half = model.capacity / 2;
  const { analog = {}, alarms = {}, identity = {} } = records;
  Object.assign(analog, {
    cell_voltages: Array.from({ length: model.cells }, () => 3.3),
    voltage: Math.round(model.cells * 3300) / 1000,
    user_items: long ? 4 : 2,
    short_remaining_capacity: long ? 65.535 : Math.min(half, 65.535),
    short_full_capacity: long ? 65.535 : Math.min(model.capacity, 65.535),
    long_remaining_capacity: long ? half : undefined,
    long_full_capacity: long ? model.capacity : undefined,
  });
  alarms.cell_state_codes = Array.from({ length: model.cells }, () => 0);
  if (model.newer) alarms.unknown_tail = '00';
  identity.device_name = model.name;
  identity.serial_number = `SIMULATED${String(address).padStart(7, '0')}`;
  return records;
}
