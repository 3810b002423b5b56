import type { ApiField, ApiMember, ApiMemberState } from '../../core/site/api.ts';
import { isList, isRecord } from '../../core/snapshot.ts';
import { type Latest, latestOf } from './latest.ts';

/** A row of the table of phases: one quantity on each phase, and on all together where the meter says it. */
export interface PhaseRow {
  /** Title without the phase. */
  readonly title: string;
  readonly phases: readonly (Latest | undefined)[];
  readonly whole: Latest | undefined;
}

const PHASE = /^(.+)_l([1-9])$/;

/** Values that a meter measures phase by phase: fields whose names end with `_l1`, `_l2` ... */
export function phaseRows(member: ApiMember, state: ApiMemberState): PhaseRow[] {
  const rows = new Map<
    string,
    { title: string; phases: (Latest | undefined)[]; whole: Latest | undefined }
  >();
  for (const group of member.groups) {
    for (const field of group.fields) {
      const [, stem, phase] = PHASE.exec(field.name) ?? [];
      // What lies between two phases (an angle) belongs to none of them.
      if (stem === undefined || PHASE.test(stem) || field.kind !== 'measurement') continue;
      let row = rows.get(stem);
      if (row === undefined) {
        const whole = group.fields.find(({ name }) => name === stem);
        row = {
          title: whole?.title ?? field.title.replace(/,? L1\b/, ''),
          phases: [],
          whole: whole === undefined ? undefined : latestOf(state, group, whole),
        };
        rows.set(stem, row);
      }
      row.phases[Number(phase) - 1] = latestOf(state, group, field);
    }
  }
  return [...rows.values()];
}

/** Energy registers of one moment: all together, then each tariff. */
export interface Registers {
  readonly total: number | undefined;
  readonly tariffs: readonly (number | undefined)[];
}

/** What was used over a month or a day, from registers kept by the meter. */
export interface PeriodUse {
  /** The month or day at whose end, or beginning, the registers were kept. */
  readonly label: string;
  readonly registers: Registers;
  /** Growth over the period; undefined: the record at its other end is missing, or it is unknown. */
  readonly used: Registers | undefined;
}

/** A list of kept registers: ends of months, beginnings of days. */
export interface PeriodTable {
  readonly title: string;
  /** Newest first. */
  readonly periods: readonly PeriodUse[];
}

/** The lists of registers that a meter keeps: records with a time that say what they are of, and energy counters. */
export function periodTables(member: ApiMember, state: ApiMemberState): PeriodTable[] {
  return member.groups.flatMap((group) =>
    group.fields.flatMap((field) => {
      const { items } = field;
      const when = items?.find(({ quantity, kind }) => quantity === 'time' && kind === 'identity');
      const registers =
        items?.filter(({ quantity, kind }) => quantity === 'energy' && kind === 'counter') ?? [];
      const { value } = latestOf(state, group, field);
      if (when === undefined || registers.length === 0 || !isList(value)) return [];
      const back = items?.find(({ quantity, kind }) => quantity === 'count' && kind === 'identity');
      const records = value.flatMap((record) => {
        if (!isRecord(record)) return [];
        const [said, ago] = [record[when.name], back === undefined ? undefined : record[back.name]];
        // Until the meter's clock was read, only how far back it is is known.
        const label =
          typeof said === 'string'
            ? said
            : typeof ago === 'number'
              ? `${back?.title ?? ''} ${ago}`.trim()
              : undefined;
        if (label === undefined) return [];
        const order = typeof ago === 'number' ? -ago : 0;
        return [{ label, order, registers: registersOf(registers, (name) => record[name]) }];
      });
      records.sort((one, next) => next.order - one.order || next.label.localeCompare(one.label));
      // Registers of a beginning are told apart from those of an end by the name of the list alone.
      const atBeginning = field.name.endsWith('_starts');
      const periods = records.map(({ label, registers: kept }, place) => {
        const record = records[place];
        const [before, after] = atBeginning ? [record, records[place - 1]] : [records[place + 1], record];
        return {
          label,
          registers: kept,
          used:
            before === undefined || after === undefined
              ? undefined
              : growth(before.registers, after.registers),
        };
      });
      return [{ title: field.title, periods }];
    }),
  );
}

function registersOf(fields: readonly ApiField[], read: (name: string) => unknown): Registers {
  const [total, ...tariffs] = fields.map(({ name }) => {
    const value = read(name);
    return typeof value === 'number' ? value : undefined;
  });
  return { total, tariffs };
}

function growth(before: Registers, after: Registers): Registers {
  const less = (one: number | undefined, other: number | undefined): number | undefined =>
    one === undefined || other === undefined || one < other ? undefined : one - other;
  return {
    total: less(after.total, before.total),
    tariffs: after.tariffs.map((now, place) => less(now, before.tariffs[place])),
  };
}

/**
 * What an amount of energy costs by tariff; undefined where a tariff that was used has no price, or is unknown.
 * @param energies kWh by tariff
 * @param prices of a kWh by tariff
 */
export function costOf(
  energies: readonly (number | undefined)[],
  prices: readonly number[] | undefined,
): number | undefined {
  if (prices === undefined || energies.length === 0) return undefined;
  let sum = 0;
  for (const [place, energy] of energies.entries()) {
    if (energy === undefined) return undefined;
    const price = prices[place];
    if (energy === 0) continue;
    if (price === undefined) return undefined;
    sum += energy * price;
  }
  return sum;
}
