import { tidy } from './derive.ts';
import { type Derived, type FieldInfo, numberIn } from './field.ts';
import { listIn, type Value, type Values } from './snapshot.ts';
import { recordsIn } from './units.ts';

/**
 * What follows for a whole rack from the records of its packs. A pack that was not read is not in the list, so totals
 * are those of the packs that answered; `pack_count` says how many those are.
 */

/** A value computed from the records of a list. */
export function overPacks(
  list: string,
  formula: string,
  rule: (packs: readonly Values[]) => Value | undefined,
  info: FieldInfo,
): Derived {
  return { ...info, formula, from: (own) => rule(recordsIn(own, list)) };
}

/** The numbers that packs have under a name; undefined when a pack has none, so that no total is too small. */
export function numbersOf(packs: readonly Values[], name: string): readonly number[] | undefined {
  const numbers: number[] = [];
  for (const pack of packs) {
    const value = numberIn(pack, name);
    if (value === undefined) return undefined;
    numbers.push(value);
  }
  return numbers.length === 0 ? undefined : numbers;
}

/** How a value of the rack follows from those of its packs. */
export type Over = 'sum' | 'mean' | 'lowest' | 'highest' | 'any' | 'all' | 'first';

const WORDS: Readonly<Record<Over, string>> = {
  sum: 'sum over the packs',
  mean: 'mean of the packs',
  lowest: 'lowest of the packs',
  highest: 'highest of the packs',
  any: 'true when it is for any pack',
  all: 'true when it is for every pack',
  first: 'of the first pack',
};

/** The field of the same name (or another) of all packs, taken together. */
export function together(list: string, name: string, over: Over, info: FieldInfo): Derived {
  return overPacks(list, WORDS[over], (packs) => gathered(packs, name, over), info);
}

function gathered(packs: readonly Values[], name: string, over: Over): Value | undefined {
  if (over === 'first') return packs[0]?.[name];
  if (over === 'any' || over === 'all') {
    const flags = packs.map((pack) => pack[name]);
    if (flags.length === 0 || flags.some((flag) => typeof flag !== 'boolean')) return undefined;
    return over === 'any' ? flags.includes(true) : !flags.includes(false);
  }
  const numbers = numbersOf(packs, name);
  if (numbers === undefined) return undefined;
  if (over === 'lowest') return Math.min(...numbers);
  if (over === 'highest') return Math.max(...numbers);
  const sum = numbers.reduce((total, one) => total + one, 0);
  return tidy(over === 'mean' ? sum / numbers.length : sum);
}

/** The words that packs list under a name, each with its pack in front: `pack 3: cell_under_voltage`. */
export function flatNames(list: string, name: string, info: FieldInfo): Derived {
  return overPacks(
    list,
    `${name} of all packs`,
    (packs) =>
      packs.flatMap((pack) =>
        listIn(pack, name).map(
          (word) => `pack ${numberIn(pack, 'address') ?? '?'}: ${typeof word === 'string' ? word : '?'}`,
        ),
      ),
    info,
  );
}

/** A cell, and where it sits. */
interface Cell {
  readonly voltage: number;
  readonly pack: Value;
  /** Counted from 1. */
  readonly number: number;
}

/** The cell that comes before all others in an order; of equal ones the first. */
function extreme(
  packs: readonly Values[],
  before: (one: number, other: number) => boolean,
): Cell | undefined {
  let found: Cell | undefined;
  for (const pack of packs) {
    for (const [index, voltage] of listIn(pack, 'cell_voltages').entries()) {
      if (typeof voltage === 'number' && (found === undefined || before(voltage, found.voltage))) {
        found = { voltage, pack: pack.address ?? null, number: index + 1 };
      }
    }
  }
  return found;
}

const lowest = (packs: readonly Values[]): Cell | undefined => extreme(packs, (one, other) => one < other);
const highest = (packs: readonly Values[]): Cell | undefined => extreme(packs, (one, other) => one > other);

const cell = (title: string): FieldInfo => ({ title, quantity: 'cell_voltage', kind: 'measurement' });
const position = (title: string): FieldInfo => ({ title, quantity: 'count', kind: 'measurement' });

/**
 * The rack view of a list of packs with `cell_voltages`, `voltage`, `current`, `power`, `remaining_capacity`,
 * `full_capacity`, `temperatures` and `cycles`: totals, charge, weakest and strongest cell with its place, spread.
 */
export function rackView(list: string): Readonly<Record<string, Derived>> {
  const total = (name: string, over: Over, info: FieldInfo): Derived => together(list, name, over, info);
  const of = (
    formula: string,
    rule: (packs: readonly Values[]) => Value | undefined,
    info: FieldInfo,
  ): Derived => overPacks(list, formula, rule, info);
  return {
    pack_count: of('number of packs that answered', (packs) => packs.length, {
      title: 'Packs that answered',
      quantity: 'count',
      kind: 'measurement',
      remark: 'All totals are over these packs.',
    }),
    voltage: total('voltage', 'mean', {
      title: 'Voltage of the rack',
      quantity: 'voltage',
      kind: 'measurement',
      role: 'battery_voltage',
    }),
    current: total('current', 'sum', {
      title: 'Current of the rack',
      quantity: 'current',
      kind: 'measurement',
      role: 'battery_current',
    }),
    power: total('power', 'sum', {
      title: 'Power of the rack',
      quantity: 'power',
      kind: 'measurement',
      role: 'battery_power',
    }),
    remaining_capacity: total('remaining_capacity', 'sum', {
      title: 'Remaining charge of the rack',
      quantity: 'charge',
      kind: 'measurement',
      role: 'battery_charge',
    }),
    full_capacity: total('full_capacity', 'sum', {
      title: 'Capacity of the rack',
      quantity: 'charge',
      kind: 'measurement',
      role: 'battery_capacity',
    }),
    soc: {
      title: 'State of charge of the rack',
      quantity: 'state_of_charge',
      kind: 'measurement',
      role: 'state_of_charge',
      formula: 'remaining_capacity ÷ full_capacity × 100',
      from: (own) => percent(numberIn(own, 'remaining_capacity'), numberIn(own, 'full_capacity')),
    },
    cell_voltage_lowest: of('lowest cell', (packs) => lowest(packs)?.voltage, cell('Weakest cell')),
    cell_voltage_lowest_pack: of(
      'address of its pack',
      (packs) => lowest(packs)?.pack,
      position('Pack of the weakest cell'),
    ),
    cell_voltage_lowest_cell: of(
      'its number in the pack, from 1',
      (packs) => lowest(packs)?.number,
      position('Number of the weakest cell'),
    ),
    cell_voltage_highest: of('highest cell', (packs) => highest(packs)?.voltage, cell('Strongest cell')),
    cell_voltage_highest_pack: of(
      'address of its pack',
      (packs) => highest(packs)?.pack,
      position('Pack of the strongest cell'),
    ),
    cell_voltage_highest_cell: of(
      'its number in the pack, from 1',
      (packs) => highest(packs)?.number,
      position('Number of the strongest cell'),
    ),
    cell_voltage_spread: {
      ...cell('Spread of the cells'),
      formula: 'cell_voltage_highest − cell_voltage_lowest',
      from: (own) => {
        const [low, high] = [numberIn(own, 'cell_voltage_lowest'), numberIn(own, 'cell_voltage_highest')];
        return low === undefined || high === undefined ? undefined : tidy(high - low);
      },
    },
    temperature_lowest: of('lowest of all sensors', (packs) => outermost(packs, Math.min), {
      title: 'Coldest sensor',
      quantity: 'temperature',
      kind: 'measurement',
    }),
    temperature_highest: of('highest of all sensors', (packs) => outermost(packs, Math.max), {
      title: 'Warmest sensor',
      quantity: 'temperature',
      kind: 'measurement',
      role: 'battery_temperature',
    }),
  };
}

function outermost(
  packs: readonly Values[],
  choose: (one: number, other: number) => number,
): number | undefined {
  let found: number | undefined;
  for (const pack of packs) {
    for (const value of listIn(pack, 'temperatures')) {
      if (typeof value === 'number') found = found === undefined ? value : choose(found, value);
    }
  }
  return found;
}

/** Percent that a part is of a whole: clamped to 100, unknown above 101 where it cannot be true. */
export function percent(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || whole <= 0 || part < 0) return undefined;
  const share = (part / whole) * 100;
  return share > 101 ? undefined : tidy(Math.min(100, share), 3);
}
