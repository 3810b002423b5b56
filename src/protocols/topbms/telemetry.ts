import { type AnyCodec, type Codec, nullAt, u8 } from '../../codec/index.ts';
import { product } from '../../core/derive.ts';
import { type Derived, field, numberIn } from '../../core/field.ts';
import { rackView, percent } from '../../core/rack.ts';
import { listIn, type Value, type Values } from '../../core/snapshot.ts';
import type { AnswerFields } from './answer.ts';
import { cellNumbers, cellWord } from './bits.ts';
import type { Fields, PackLayout } from './packs.ts';
import { amperes, byte, cells, hundredths, tenths, word } from './words.ts';

/** The words of a pack's telemetry (command 42h), which TopBMS and its sisters share. */

/** Group names, lists and flags, as every sister has them. */
export const telemetryFields = {
  list: 'packs',
  packs: { title: 'Packs', quantity: 'text', kind: 'measurement', remark: 'One record for each pack.' },
} as const satisfies AnswerFields;

/** INFOFLAG in front of telemetry; kept as sent. */
export const infoFlag = {
  name: 'info_flag',
  info: {
    title: 'INFOFLAG',
    quantity: 'number',
    kind: 'raw',
    remark: 'Bit 0 and bit 4 announce changes by the documents of the family.',
  },
} as const;

/**
 * What every sister sends first: cells, temperatures, current, voltage, remaining charge, and a count of the fields
 * behind.
 * @param temperatures the counted list with the sister's zero and step
 * @param volts 10 mV or 1 mV
 */
export function telemetryHead(
  temperatures: AnyCodec,
  volts: Codec<number>,
  remaining: AnyCodec = hundredths,
): Fields {
  return {
    cell_voltages: field(cells, {
      title: 'Cell voltages',
      quantity: 'cell_voltage',
      kind: 'measurement',
      remark: 'A cell that is sent as 0 is not connected: null.',
    }),
    // The list's own value type differs by sister; its meaning does not.
    temperatures: field(temperatures as Codec<Value>, {
      title: 'Temperatures',
      quantity: 'temperature',
      kind: 'measurement',
      remark: 'Which sensor is which is not documented; by custom 1 to 4 are among the cells.',
    }),
    current: field(amperes, {
      title: 'Current',
      quantity: 'current',
      kind: 'measurement',
      role: 'battery_current',
    }),
    voltage: field(volts, {
      title: 'Voltage',
      quantity: 'voltage',
      kind: 'measurement',
      role: 'battery_voltage',
    }),
    remaining_capacity: field(remaining as Codec<Value>, {
      title: 'Remaining charge',
      quantity: 'charge',
      kind: 'measurement',
      role: 'battery_charge',
    }),
    user_fields: field(byte, {
      title: 'Count of further fields',
      quantity: 'number',
      kind: 'raw',
      remark: 'As sent; some firmwares send a count that is wrong, so the length decides.',
    }),
  };
}

/** Bytes of the fixed part of the head: current, voltage, remaining charge, count. */
export const TELEMETRY_FIXED = 7;

/** Full charge of the pack as it is now. */
export const fullCapacity = field(hundredths, {
  title: 'Full charge',
  quantity: 'charge',
  kind: 'measurement',
  role: 'battery_capacity',
});

/** Charge that the maker promises. */
export const designCapacity = field(hundredths, {
  title: 'Rated capacity',
  quantity: 'charge',
  kind: 'identity',
});

/** Charging cycles. */
export const cycles = field(word, { title: 'Cycles', quantity: 'count', kind: 'counter' });

const socInfo = {
  title: 'State of charge',
  quantity: 'state_of_charge',
  kind: 'measurement',
  role: 'state_of_charge',
} as const;
const sohInfo = { title: 'State of health', quantity: 'percent', kind: 'measurement' } as const;

/** Whole percent; rounded down from remaining ÷ full in every capture. */
export const soc = field(byte, socInfo);
/** Tenths of a percent. */
export const socTenths = field(tenths, socInfo);
/** Whole percent. */
export const soh = field(byte, sohInfo);
/** Tenths of a percent. */
export const sohTenths = field(tenths, sohInfo);

/** State of charge where it is not sent. */
export const socComputed: Derived = {
  ...socInfo,
  formula: 'remaining_capacity ÷ full_capacity × 100',
  from: (own) => percent(numberIn(own, 'remaining_capacity'), numberIn(own, 'full_capacity')),
};

/** Power, positive while the pack charges. */
export const power = product('voltage', 'current', {
  title: 'Power',
  quantity: 'power',
  kind: 'measurement',
  role: 'battery_power',
});

const balancingInfo = {
  title: 'Cells being balanced',
  quantity: 'count',
  kind: 'state',
  remark: 'Numbers from 1.',
} as const;
const humidityInfo = {
  title: 'Humidity',
  quantity: 'percent',
  kind: 'measurement',
  remark: 'Sent as 0 by every pack so far, which is taken for "no sensor".',
} as const;

/**
 * Balance bits of cells 1 to 16, humidity, and, in the wider form, balance bits of cells 17 to 32.
 * @param wide humidity takes two bytes, and the second word of balance bits follows it
 */
export function balanceAndHumidity(wide: boolean): Codec<Values> {
  const humidity = nullAt<number, unknown>(wide ? word : u8, 0);
  return Object.freeze({
    decode: (from) => {
      const low = word.decode(from, undefined);
      const percent = humidity.decode(from, undefined);
      const high = wide ? word.decode(from, undefined) : 0;
      return { balancing_cells: [...cellNumbers(low, 1), ...cellNumbers(high, 17)], humidity: percent };
    },
    encode: (to, values) => {
      const numbers = listIn(values, 'balancing_cells').map(Number);
      word.encode(to, cellWord(numbers, 1), undefined);
      humidity.encode(to, numberIn(values, 'humidity') ?? null, undefined);
      if (wide) word.encode(to, cellWord(numbers, 17), undefined);
    },
    layout: {
      text: `balance bits 1 to 16, humidity${wide ? ' (2 bytes), balance bits 17 to 32' : ''}`,
      width: wide ? 6 : 3,
      parts: [
        { name: 'balancing_cells', layout: { text: 'bit 0 is the first cell', note: balancingInfo } },
        { name: 'humidity', layout: { ...humidity.layout, note: humidityInfo } },
      ],
    },
  } satisfies Codec<Values>);
}

/** Coldest and warmest that a sensor in or at a battery believably reports. */
const SENSOR = { lowest: -40, highest: 125 } as const;
/** Lowest and highest voltage of a cell that is connected. */
const CELL = { lowest: 0.3, highest: 5 } as const;
/** Difference of the sum of the cells and the voltage of the pack that is still believed: 1 % and one step of 10 mV. */
const SUM_TOLERANCE = { share: 0.01, volts: 0.01 } as const;

/**
 * What cannot be true of a pack. Sums of frames are weak and layouts of sisters look alike: these rules tell a layout
 * that only happens to fit from the right one.
 */
export function implausibleTelemetry(pack: Values): string | undefined {
  const numbers = (name: string): (number | null)[] =>
    listIn(pack, name).map((one) => (typeof one === 'number' ? one : null));
  const odd = numbers('temperatures').find(
    (one) => one !== null && (one < SENSOR.lowest || one > SENSOR.highest),
  );
  if (odd !== undefined) return `a temperature of ${odd} °C`;
  const wrong = implausibleCells(numbers('cell_voltages'), numberIn(pack, 'voltage') ?? 0);
  if (wrong !== undefined) return wrong;
  for (const name of ['soc', 'soh']) {
    const percents = numberIn(pack, name) ?? 0;
    if (percents > 100) return `${name} of ${percents} %`;
  }
  const [remaining, full] = [numberIn(pack, 'remaining_capacity') ?? 0, numberIn(pack, 'full_capacity')];
  if (full !== undefined && remaining > 1.2 * full) return `${remaining} Ah remain of ${full} Ah`;
  return undefined;
}

function implausibleCells(cells: readonly (number | null)[], volts: number): string | undefined {
  const there = cells.filter((one) => one !== null);
  if (there.length === 0) return 'no cell is connected';
  const odd = there.find((one) => one < CELL.lowest || one > CELL.highest);
  if (odd !== undefined) return `a cell of ${odd} V`;
  const surplus = there.reduce((total, one) => total + one, 0) - volts;
  const tolerance = SUM_TOLERANCE.share * volts + SUM_TOLERANCE.volts;
  // A cell that is not connected is missing in the sum, but not always in the voltage of the pack.
  const short = there.length === cells.length && -surplus > tolerance;
  if (surplus <= tolerance && !short) return undefined;
  return `the cells make ${(volts + surplus).toFixed(2)} V, the pack says ${volts.toFixed(2)} V`;
}

/** A telemetry layout from its parts. */
export function telemetryPack(
  of: Pick<PackLayout, 'head' | 'tails' | 'unknown' | 'level'> & {
    readonly computed?: PackLayout['computed'];
  },
): PackLayout {
  return {
    item: 2,
    fixed: TELEMETRY_FIXED,
    counter: 'user_fields',
    implausible: implausibleTelemetry,
    ...of,
    computed: { power, ...of.computed },
  };
}

/** What follows for all packs together. */
export const telemetryDerived: Readonly<Record<string, Derived>> = rackView(telemetryFields.list);
