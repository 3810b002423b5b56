import { CodecError } from '../../codec/index.ts';
import { Fault } from '../../core/fault.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { secondsOf } from './calendar.ts';
import {
  type GroupName,
  groupsOf,
  type NevaDefinition,
  type Preset,
  type Register,
  registersAt,
  valuesOf,
  writtenOf,
} from './definition.ts';
import { house, type House } from './house.ts';
import { type HouseValues, houseValues } from './house-values.ts';
import { type Plan, type Season, type SpecialDay, type Switch } from './plan.ts';
import { DATE } from './read.ts';
import { textOf } from './words.ts';
import { STARTING_VALUES, startingSchedule } from './station-values.ts';

/** What a simulated meter keeps under its codes. */
export interface RegisterBook {
  /** What stands between the brackets of an answer; undefined: there is no such register. */
  read(code: string, argument: string): string | undefined;
  /** Keeps what was written, if it can be read and the register may be written. */
  write(code: string, written: string): 'written' | 'malformed' | 'denied' | 'unknown';
  /** Holds a register at a text, whatever the house says. */
  hold(code: string, written: string): void;
  /** Sets a field of a group, through the registers that carry it. */
  set(path: string, value: Value): void;
  setClock(code: string, written: string): boolean;
  /** The clock begins at so many seconds; the house has lived up to then. */
  begin(seconds: number): void;
  tick(seconds: number): void;
  /** Values of a group as its registers say them. */
  values(group: GroupName): Values;
  identification(): string;
  address(): string;
  /** Whether it lets everybody read. */
  isOpen(): boolean;
}

/** Codes of the profile of today and the 127 days before. */
const PROFILE = /^630100([0-7][0-9A-F])$/;
const SEASONS = '0D0000FF';
const SPECIAL_DAYS = '0B0000FF';
const ADDRESS = '600101FF';
const CONFIGURATION = '150004FF';
/** Bit 1 of the configuration: reading without a password is allowed (user guide). */
const OPEN_BIT = 2;

/** @param from where clock, chance and address begin */
export function registerBook(
  definition: NevaDefinition,
  preset: Preset,
  from: { readonly start: number; readonly seed: number; readonly address: string },
): RegisterBook {
  const held = new Map<string, string>([[ADDRESS, from.address]]);
  let ident = `TPC${preset.baud}${preset.ident}`;
  let known: Plan | undefined;
  let begun = from.start;
  let alive: { readonly house: House; readonly values: HouseValues } | undefined;

  /** The house is built when somebody asks for what it says: its past takes a while. */
  const world = (): { readonly house: House; readonly values: HouseValues } => {
    if (alive !== undefined) return alive;
    const built = house({
      now: begun,
      seed: from.seed,
      slots: preset.slots,
      step: preset.kilowatts ? 10 : 1,
      plan,
    });
    alive = { house: built, values: houseValues(built, preset) };
    return alive;
  };

  /** The plan as its registers have it; kept until one of them changes. */
  const plan = (): Plan => (known ??= readPlan());

  const readPlan = (): Plan => {
    const seasons = valueOf(SEASONS, 'seasons') as readonly (Season | null)[]; // its own codec made it
    const specialDays = valueOf(SPECIAL_DAYS, 'special_days') as readonly (SpecialDay | null)[]; // as above
    const codes = registersNamed('day_schedules')?.codes ?? [];
    const schedules = codes.map((code, index) => {
      const [record] = (valueOf(code, 'day_schedules') ?? []) as readonly {
        switches: readonly (Switch | null)[];
      }[]; // as above
      return [index + 1, record?.switches ?? []] as const;
    });
    return { seasons, specialDays, schedules: new Map(schedules) };
  };

  const registersNamed = (list: string): Register | undefined =>
    groupsOf(definition)
      .flatMap(([, group]) => group.registers)
      .find((register) => register.list?.name === list);

  const valueOf = (code: string, field: string): Value | undefined => {
    const [found] = registersAt(definition, code);
    const written = found === undefined ? undefined : read(code, '');
    return found === undefined || written === undefined
      ? undefined
      : valuesOf(found.register, code, written)[field];
  };

  const isNew = (): boolean => preset.ident.includes('.71');
  const lacks = (code: string): boolean => preset.lacks.some((beginning) => code.startsWith(beginning));

  /** Whether this model speaks of a register so. */
  const isOwn = ({ dialect }: Register): boolean => dialect !== (isNew() ? 'classic' : 'new');

  /** The register of this model under a code. */
  const registerOf = (code: string): Register | undefined =>
    registersAt(definition, code).find(({ register }) => isOwn(register))?.register;

  const made = (register: Register, code: string): string | undefined => {
    const { list } = register;
    const place = register.codes.indexOf(code) + (list?.first ?? 0);
    try {
      if (list !== undefined) {
        const record =
          list.name === 'day_schedules' ? startingSchedule(place) : world().values.record(list.name, place);
        return record === undefined ? undefined : writtenOf(register, record);
      }
      const values: Record<string, Value | undefined> = {};
      for (const { name } of register.body.layout.parts ?? []) {
        values[name] = STARTING_VALUES[name] ?? world().values.single(name);
      }
      return writtenOf(register, values);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return undefined; // a meter of this preset has no value for it
    }
  };

  const read = (code: string, argument: string): string | undefined => {
    const kept = held.get(code);
    if (kept !== undefined) return kept;
    if (lacks(code)) return undefined;
    const profile = PROFILE.exec(code)?.[1];
    if (profile !== undefined) {
      const record = world().values.record('profile', Number.parseInt(profile, 16));
      return Array.isArray(record?.powers) ? record.powers.join(',') : undefined;
    }
    const register = registerOf(code);
    if (register === undefined || (register.argument ?? '') !== argument) return undefined;
    return made(register, code);
  };

  const hold = (code: string, written: string): void => {
    held.set(code, written);
    known = undefined;
    // The past follows the plan: a plan that is set before the clock begins is the plan of that past.
    if (alive?.house.now === begun) alive = undefined;
  };

  const set = (path: string, value: Value): void => {
    const [before = '', after] = path.split('.');
    const field = after ?? before;
    if (field === 'identification') {
      ident = textOf(value);
      return;
    }
    for (const [name, group] of groupsOf(definition)) {
      if (after !== undefined && name !== before) continue;
      const register = group.registers.find((one) => isOwn(one) && fieldNames(one).includes(field));
      if (register === undefined) continue;
      setIn(register, field, value);
      return;
    }
    const known = groupsOf(definition).flatMap(([, group]) => group.registers.flatMap(fieldNames));
    throw new Fault('config', `no field '${path}' to set: expected one of ${known.join(', ')}`);
  };

  const setIn = (register: Register, field: string, value: Value): void => {
    const { list } = register;
    if (list === undefined) {
      const [code = ''] = register.codes;
      const written = read(code, register.argument ?? '');
      const present = written === undefined ? {} : valuesOf(register, code, written);
      hold(code, encoded(register, { ...present, [field]: value }));
      return;
    }
    for (const record of Array.isArray(value) ? (value as readonly Values[]) : []) {
      // what is no record has no place
      const code = register.codes[Number(record[list.index]) - list.first];
      if (code === undefined) throw new Fault('config', `${field}: a record without a good ${list.index}`);
      hold(code, encoded(register, record));
    }
  };

  return {
    read,
    hold,
    set,
    write(code, written) {
      const register = registerOf(code);
      if (register === undefined || lacks(code)) return 'unknown';
      if (
        !Object.values(definition.writes).some(
          (write) => write.code === code || isRowOf(register, write.code),
        )
      ) {
        return 'denied';
      }
      try {
        valuesOf(register, code, written);
      } catch {
        return 'malformed';
      }
      held.set(code, written);
      known = undefined;
      return 'written';
    },
    setClock(code, written) {
      if (!/^\d{6}$/.test(written)) return false;
      const { house: lived } = world();
      const digits = (text: string): string =>
        text.replace(/^(..)(..)(..)$/, code === DATE ? '20$1-$2-$3' : '$1:$2:$3');
      const present = new Date(lived.now * 1000).toISOString();
      const moment =
        code === DATE
          ? `${digits(written)}T${present.slice(11, 19)}`
          : `${present.slice(0, 10)}T${digits(written)}`;
      const seconds = secondsOf(moment);
      if (seconds === undefined) return false;
      lived.setClock(seconds);
      return true;
    },
    begin(seconds) {
      begun = seconds;
      alive = undefined;
    },
    tick: (seconds) => {
      if (alive === undefined) begun += seconds;
      else alive.house.tick(seconds);
    },
    values(name) {
      const group = definition.groups[name];
      const values: Record<string, Value | undefined> =
        group.identified === true ? { identification: ident } : {};
      for (const register of group.registers) {
        if (!isOwn(register)) continue;
        for (const code of register.codes) {
          const written = read(code, register.argument ?? '');
          if (written === undefined) break;
          const found = valuesOf(register, code, written);
          const records = register.list === undefined ? undefined : values[register.list.name];
          if (register.list === undefined) Object.assign(values, found);
          else
            values[register.list.name] = [
              ...(Array.isArray(records) ? (records as Value[]) : []),
              ...(found[register.list.name] as Value[]),
            ]; // `valuesOf` makes lists
        }
      }
      return values;
    },
    identification: () => ident,
    address: () => held.get(ADDRESS) ?? from.address,
    isOpen: () => Math.floor(Number.parseInt(read(CONFIGURATION, '') ?? '0', 16) / OPEN_BIT) % 2 === 1,
  };
}

function fieldNames(register: Register): string[] {
  return register.list === undefined
    ? (register.body.layout.parts ?? []).map(({ name }) => name)
    : [register.list.name];
}

/** Whether a write names the first code of a row, and so stands for all of it. */
function isRowOf(register: Register, code: string): boolean {
  return register.list !== undefined && register.codes[0] === code;
}

function encoded(register: Register, values: Values): string {
  try {
    return writtenOf(register, values);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new Fault('config', `${register.codes[0] ?? ''}: ${error.message}`, { cause: error });
  }
}
