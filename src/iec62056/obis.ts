/**
 * OBIS identifications (IEC 62056-61) as meters of IEC 62056-21 write them: `1-0:1.8.0*255`, mostly short as `1.8.0`.
 */
export interface Obis {
  /** Medium and channel; undefined where they are left out (electricity, channel 0). */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** Quantity, a number or a letter: `1`, `32`, `C`, `F`. */
  readonly c: string;
  /** Kind of value: 8 energy, 7 now, 6 maximum. */
  readonly d: string;
  /** Tariff, 0 for all; undefined where left out (`F.F`). */
  readonly e: string | undefined;
  /** Billing period or storage; undefined where left out. 255 means now. */
  readonly f: number | undefined;
}

/** Reads an identification, or undefined when it is none: `1-0:1.8.0*255`, `1.8.1&12`, `C.1.0`, `F.F`. */
export function obisOf(address: string): Obis | undefined {
  const found =
    /^(?:(\d{1,3})-(\d{1,3}):)?(\d{1,3}|[A-Z])\.(\d{1,3}|[A-Z])(?:\.(\d{1,3}))?(?:[*&.](\d{1,3}))?$/.exec(
      address,
    );
  if (found === null) return undefined;
  const [, a, b, c = '', d = '', e, f] = found;
  const number = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Number(text);
  return { a: number(a), b: number(b), c, d, e, f: number(f) };
}

/** What an identification stands for. */
export interface ObisName {
  /** For programs, such as `active_energy_import_t1`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** The unit that its value has when the meter prints none. */
  readonly unit: string;
  /** Texts keep their zeros: serial numbers, dates, times. */
  readonly form: 'number' | 'text';
}

/** Quantities by group C: name, title, unit of the momentary value, unit of the energy. */
const QUANTITIES: Readonly<Record<string, readonly [string, string, string, string]>> = {
  1: ['active_import', 'Active import', 'kW', 'kWh'],
  2: ['active_export', 'Active export', 'kW', 'kWh'],
  3: ['reactive_import', 'Reactive import', 'kvar', 'kvarh'],
  4: ['reactive_export', 'Reactive export', 'kvar', 'kvarh'],
  5: ['reactive_q1', 'Reactive quadrant I', 'kvar', 'kvarh'],
  6: ['reactive_q2', 'Reactive quadrant II', 'kvar', 'kvarh'],
  7: ['reactive_q3', 'Reactive quadrant III', 'kvar', 'kvarh'],
  8: ['reactive_q4', 'Reactive quadrant IV', 'kvar', 'kvarh'],
  9: ['apparent_import', 'Apparent import', 'kVA', 'kVAh'],
  10: ['apparent_export', 'Apparent export', 'kVA', 'kVAh'],
  15: ['active', 'Active, both directions', 'kW', 'kWh'],
  16: ['active_net', 'Active, import less export', 'kW', 'kWh'],
};
/** Quantities that exist as momentary values only, by group C; phase L1 has 20 more, L2 40, L3 60. */
const MOMENTARY: Readonly<Record<string, readonly [string, string, string]>> = {
  11: ['current', 'Current', 'A'],
  12: ['voltage', 'Voltage', 'V'],
  13: ['power_factor', 'Power factor', ''],
  14: ['frequency', 'Frequency', 'Hz'],
};
/** Identifications of their own meaning. */
const SINGLE: Readonly<Record<string, ObisName>> = {
  '0.0.0': { name: 'device_address', title: 'Device address', unit: '', form: 'text' },
  '0.1.0': { name: 'billing_count', title: 'Billing periods so far', unit: '', form: 'number' },
  '0.2.0': { name: 'firmware', title: 'Firmware', unit: '', form: 'text' },
  '0.2.2': { name: 'tariff_program', title: 'Tariff program', unit: '', form: 'text' },
  '0.9.1': { name: 'clock_time', title: 'Time of the meter', unit: '', form: 'text' },
  '0.9.2': { name: 'clock_date', title: 'Date of the meter', unit: '', form: 'text' },
  '96.1.0': { name: 'serial_number', title: 'Serial number', unit: '', form: 'text' },
  '96.1.1': { name: 'device_number', title: 'Number given by the owner', unit: '', form: 'text' },
  'C.1.0': { name: 'serial_number', title: 'Serial number', unit: '', form: 'text' },
  'F.F': { name: 'error_register', title: 'Error register', unit: '', form: 'text' },
};

/** The name of an identification, or undefined where none is known. Earlier billing periods have `_before_N` behind it. */
export function obisName(address: string): ObisName | undefined {
  const obis = obisOf(address);
  if (obis === undefined) return undefined;
  const plain = single(obis) ?? energyOrPower(obis) ?? momentary(obis);
  if (plain === undefined || obis.f === undefined || obis.f === 255) return plain;
  return { ...plain, name: `${plain.name}_before_${obis.f}`, title: `${plain.title}, period ${obis.f}` };
}

function single({ c, d, e }: Obis): ObisName | undefined {
  return (
    SINGLE[e === undefined ? `${c}.${d}` : `${c}.${d}.${e}`] ?? (e === '0' ? SINGLE[`${c}.${d}`] : undefined)
  );
}

/** The phase in group C: 0 none, else 1 to 3. */
function phaseOf(c: string): { readonly base: string; readonly phase: number } {
  const number = Number(c);
  if (!(number >= 21 && number <= 79)) return { base: c, phase: 0 };
  const phase = Math.floor((number - 1) / 20);
  return { base: String(number - phase * 20), phase };
}

function energyOrPower({ c, d, e = '0' }: Obis): ObisName | undefined {
  const { base, phase } = phaseOf(c);
  const found = QUANTITIES[base];
  if (found === undefined) return undefined;
  const [quantity, title, power, energy] = found;
  const [kind, ...rest] = quantity.split('_');
  const of = (what: string): string => [kind, what, ...rest].join('_') + (phase === 0 ? '' : `_l${phase}`);
  const where = phase === 0 ? '' : `, L${phase}`;
  const tariff = e === '0' ? '_total' : `_t${e}`;
  const ofTariff = e === '0' ? '' : `, tariff ${e}`;
  switch (d) {
    case '7':
      return { name: of('power'), title: `${title}, power now${where}`, unit: power, form: 'number' };
    case '8':
      return {
        name: of('energy') + tariff,
        title: `${title}, energy${where}${ofTariff}`,
        unit: energy,
        form: 'number',
      };
    case '6':
      return {
        name: `max_${of('power')}${tariff}`,
        title: `${title}, highest power${where}${ofTariff}`,
        unit: power,
        form: 'number',
      };
    case '2':
      return {
        name: `cumulated_max_${of('power')}${tariff}`,
        title: `${title}, sum of highest powers${where}${ofTariff}`,
        unit: power,
        form: 'number',
      };
    default:
      return undefined;
  }
}

function momentary({ c, d }: Obis): ObisName | undefined {
  const { base, phase } = phaseOf(c);
  const found = MOMENTARY[base];
  if (found === undefined || d !== '7') return undefined;
  const [name, title, unit] = found;
  return phase === 0
    ? { name, title, unit, form: 'number' }
    : { name: `${name}_l${phase}`, title: `${title}, L${phase}`, unit, form: 'number' };
}
