import type { BlockCheck } from './bcc.ts';
import { type DataSet, numberOf } from './dataset.ts';
import type { IdentificationMessage } from './message.ts';
import { obisName } from './obis.ts';
import type { ReaderOptions } from './options.ts';

/** A register that is read by its name in a programming session. */
export interface Register {
  /** What is asked: `VOLTA`. */
  readonly address: string;
  readonly title: string;
  /** The unit of its numbers, which the meter does not print. */
  readonly unit: string;
  /** Texts keep their zeros: serial numbers, dates, times. */
  readonly form: 'number' | 'text';
  /** Names of its brackets in order; the meter may send fewer. */
  readonly brackets: readonly string[];
}

/** What is peculiar to the meters of a maker: data, from which the reader's options follow. */
export interface Profile {
  readonly title: string;
  /** FLAG identifications; empty: everybody else. */
  readonly manufacturers: readonly string[];
  readonly check: BlockCheck | 'auto';
  /** Password from the factory, for a programming session; undefined: lists need none. */
  readonly password: string | undefined;
  /** `registers`: read one by one; `list`: all at once by a readout. */
  readonly reading: 'registers' | 'list';
  readonly registers: readonly Register[];
  /** Meanings of error answers. */
  readonly errors: Readonly<Record<string, string>>;
  /** Error answers of a register that the meter does not have; empty: any may be that. */
  readonly absent: readonly string[];
}

/** Energomera CE102M, CE301, CE303, CE308: registers by name, sums in place of parity (wb-mqtt-serial, esphome-energomera-iec). */
export const ENERGOMERA: Profile = {
  title: 'Energomera CE102M, CE301, CE303',
  manufacturers: ['EKT', 'EMR'],
  check: 'sum7',
  password: '777777',
  reading: 'registers',
  registers: [
    { address: 'SNUMB', title: 'Serial number', unit: '', form: 'text', brackets: ['serial_number'] },
    {
      address: 'ET0PE',
      title: 'Active energy',
      unit: 'kWh',
      form: 'number',
      brackets: ['total', 't1', 't2', 't3', 't4', 't5'],
    },
    {
      address: 'VOLTA',
      title: 'Voltage',
      unit: 'V',
      form: 'number',
      brackets: ['voltage_l1', 'voltage_l2', 'voltage_l3'],
    },
    {
      address: 'CURRE',
      title: 'Current',
      unit: 'A',
      form: 'number',
      brackets: ['current_l1', 'current_l2', 'current_l3'],
    },
    { address: 'POWEP', title: 'Active power', unit: 'kW', form: 'number', brackets: ['active_power'] },
    {
      address: 'POWPP',
      title: 'Active power of each phase',
      unit: 'kW',
      form: 'number',
      brackets: ['active_power_l1', 'active_power_l2', 'active_power_l3'],
    },
    {
      address: 'COS_f',
      title: 'Power factor',
      unit: '',
      form: 'number',
      brackets: ['power_factor', 'power_factor_l1', 'power_factor_l2', 'power_factor_l3'],
    },
    { address: 'FREQU', title: 'Frequency', unit: 'Hz', form: 'number', brackets: ['frequency'] },
    { address: 'DATE_', title: 'Date of the meter', unit: '', form: 'text', brackets: ['date'] },
    { address: 'TIME_', title: 'Time of the meter', unit: '', form: 'text', brackets: ['time'] },
  ],
  errors: {
    ERR12: 'unknown parameter',
    ERR17: 'unsupported value',
    E12: 'unknown parameter',
    E17: 'unsupported value',
  },
  absent: ['ERR12', 'E12'],
};

/** Meters that give everything in one list with OBIS identifications: Iskra, Landis+Gyr, Elster, EMH and most others. */
export const GENERIC: Profile = {
  title: 'Any meter with a list (Iskra, Landis+Gyr, Elster, EMH)',
  manufacturers: [],
  check: 'xor',
  password: undefined,
  reading: 'list',
  registers: [],
  errors: {},
  absent: [],
};

/** All profiles; the last one fits every meter. */
export const PROFILES: readonly Profile[] = [ENERGOMERA, GENERIC];

/** The profile of the meter that identified itself. */
export function profileOf({ manufacturer }: Pick<IdentificationMessage, 'manufacturer'>): Profile {
  return PROFILES.find(({ manufacturers }) => manufacturers.includes(manufacturer)) ?? GENERIC;
}

/** The reader's options that follow from a profile, under those of the user. */
export function optionsOf(profile: Profile, options: ReaderOptions = {}): ReaderOptions {
  const { check, password } = profile;
  return {
    check,
    ...(password === undefined ? {} : { credentials: { level: 'P1', password } }),
    ...options,
  };
}

/** The argument of a read of several registers at once: `groupOf(['CURRE', 'VOLTA'])` is `GROUP(CURRE()VOLTA())`. */
export function groupOf(addresses: readonly string[]): string {
  return `GROUP(${addresses.map((address) => `${address}()`).join('')})`;
}

/** A value with its name. */
export interface NamedValue {
  /** Identification as the meter wrote it. */
  readonly address: string;
  /** For programs; the address where no name is known. */
  readonly name: string;
  readonly title: string;
  /** A number where it is one, else the text as sent. */
  readonly value: number | string;
  /** As the meter printed it, or as the profile knows it. */
  readonly unit: string;
  /** The brackets behind the first, such as the time of a maximum; empty where they have names of their own. */
  readonly more: readonly string[];
}

/** Data sets with names: by the registers of the profile, else by OBIS. */
export function nameValues(profile: Profile, sets: readonly DataSet[]): NamedValue[] {
  return sets.flatMap(({ address, values }): NamedValue[] => {
    const register = profile.registers.find((one) => one.address === address);
    if (register !== undefined) {
      return values.map(({ value, unit }, index) => ({
        address,
        name: register.brackets[index] ?? `${address}_${index + 1}`,
        title: register.title,
        value: read(value, register.form),
        unit: unit === '' ? register.unit : unit,
        more: [],
      }));
    }
    const [first, ...others] = values;
    if (first === undefined) return [];
    const known = obisName(address);
    return [
      {
        address,
        name: known?.name ?? address,
        title: known?.title ?? address,
        // What nobody has explained is a number where the meter gives it a unit.
        value: read(first.value, known?.form ?? (first.unit === '' ? 'text' : 'number')),
        unit: first.unit === '' ? (known?.unit ?? '') : first.unit,
        more: others.map(({ value }) => value),
      },
    ];
  });
}

function read(text: string, form: 'number' | 'text'): number | string {
  return form === 'text' ? text : (numberOf(text) ?? text);
}
