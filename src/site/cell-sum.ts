import type { Field } from '../core/field.ts';
import { isList, type Values } from '../core/snapshot.ts';
import type { Limits } from './plausible-rule.ts';

/** Where a voltage stands beside the cells that make it. */
export interface CellSum {
  readonly voltage: string;
  readonly cells: string;
  /** Difference in V that is allowed; undefined: 2 % and 5 mV a cell. */
  readonly tolerance: number | undefined;
}

/** The cells and the voltage among the fields of a pack: the one with the role, else the only one that is measured. */
export function cellSumOf(fields: readonly Field[], limits: (field: Field) => Limits): CellSum | undefined {
  const measured = fields.filter(({ kind }) => kind === 'measurement');
  // A rack has lowest and highest cells and no list of them; only a pack has the list.
  const cells = measured.filter(({ quantity }) => quantity === 'cell_voltage');
  const voltages = measured.filter(({ quantity }) => quantity === 'voltage');
  const voltage = voltages.find(({ role }) => role === 'battery_voltage') ?? voltages[0];
  const [list] = cells;
  if (cells.length !== 1 || list === undefined || voltage === undefined) return undefined;
  if (voltages.length > 1 && voltage.role === undefined) return undefined;
  return { voltage: voltage.name, cells: list.name, tolerance: limits(voltage).sum };
}

/** What is wrong when a voltage is not that of its cells: nobody can tell which of them, so both are. */
export function mismatch(
  { voltage: voltageName, cells: cellsName, tolerance }: CellSum,
  values: Values,
): { readonly of: readonly (readonly [name: string, value: number])[]; readonly why: string } | undefined {
  const voltage = values[voltageName];
  const cells = values[cellsName];
  if (typeof voltage !== 'number' || !isList(cells) || cells.length === 0) return undefined;
  let sum = 0;
  for (const cell of cells) {
    if (typeof cell !== 'number') return undefined;
    sum += cell;
  }
  const allowed = tolerance ?? voltage * 0.02 + cells.length * 0.005;
  if (Math.abs(sum - voltage) <= allowed) return undefined;
  const why = `its cells make ${sum.toFixed(3)} V, its voltage is ${voltage} V`;
  return {
    of: [
      [voltageName, voltage],
      [cellsName, Number(sum.toFixed(3))],
    ],
    why,
  };
}
