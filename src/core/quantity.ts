/**
 * The ONE table of quantities. Units, metric names, Home Assistant classes and digits are derived from here by
 * every output, document and screen; nothing else may keep a list of them.
 *
 * Home Assistant classes, units and state classes as Home Assistant 2026.9 accepts them.
 */
export interface Quantity {
  /** Unit as printed, empty for pure numbers, words and times. */
  readonly unit: string;
  /**
   * Ending of a Prometheus metric name, in base units where `metricScale` converts. Empty: a plain number. Products with
   * hours are one word: promtool takes `hours` by itself for a unit of time that should be seconds.
   */
  readonly metric: string;
  /** Value in metric units = value × metricScale. Absent: 1. */
  readonly metricScale?: number;
  /** Home Assistant `device_class`; absent where no class fits (there is none for Ah or mΩ). */
  readonly deviceClass?: string;
  /** Digits behind the point that are worth showing. */
  readonly digits: number;
  /**
   * Least and greatest value that can be true of anything read here: batteries up to 1.5 kV, meters of a house or a
   * workshop. Generous on purpose: owners narrow it for a device. Absent: any number can be true.
   */
  readonly range?: readonly [lowest: number, highest: number];
  /**
   * Greatest change that is believed at first sight: so much at once, and so much more for each second since the last
   * value. Of a counter: its growth. Absent: it may change freely, as a current does.
   */
  readonly change?: readonly [atOnce: number, perSecond: number];
  /** What a value looks like. */
  readonly form: 'number' | 'word' | 'text' | 'flag' | 'time';
}

/** All quantities by name. */
export const quantities = {
  voltage: {
    unit: 'V',
    metric: 'volts',
    deviceClass: 'voltage',
    digits: 2,
    range: [0, 1500],
    change: [20, 20],
    form: 'number',
  },
  cell_voltage: {
    unit: 'V',
    metric: 'volts',
    deviceClass: 'voltage',
    digits: 3,
    range: [0, 5],
    change: [0.5, 0.5],
    form: 'number',
  },
  current: {
    unit: 'A',
    metric: 'amperes',
    deviceClass: 'current',
    digits: 2,
    range: [-5000, 5000],
    form: 'number',
  },
  power: {
    unit: 'W',
    metric: 'watts',
    deviceClass: 'power',
    digits: 1,
    range: [-1e6, 1e6],
    form: 'number',
  },
  /** Electric charge, as batteries count it. */
  charge: {
    unit: 'Ah',
    metric: 'amperehours',
    digits: 3,
    range: [0, 1e8],
    change: [20, 2],
    form: 'number',
  },
  /** Energy as batteries count it. */
  watt_hours: {
    unit: 'Wh',
    metric: 'watthours',
    deviceClass: 'energy',
    digits: 1,
    range: [0, 1e11],
    change: [1000, 300],
    form: 'number',
  },
  /** Energy as meters and bills count it. */
  energy: {
    unit: 'kWh',
    metric: 'watthours',
    metricScale: 1000,
    deviceClass: 'energy',
    digits: 3,
    range: [0, 1e8],
    change: [1, 0.3],
    form: 'number',
  },
  reactive_energy: {
    unit: 'kvarh',
    metric: 'varhours',
    metricScale: 1000,
    deviceClass: 'reactive_energy',
    digits: 3,
    range: [0, 1e8],
    change: [1, 0.3],
    form: 'number',
  },
  reactive_power: {
    unit: 'var',
    metric: 'vars',
    deviceClass: 'reactive_power',
    digits: 1,
    range: [-1e6, 1e6],
    form: 'number',
  },
  /** Cosine of the angle between voltage and current, 0 to 1. */
  power_factor: {
    unit: '',
    metric: 'ratio',
    deviceClass: 'power_factor',
    digits: 3,
    range: [-1, 1],
    form: 'number',
  },
  frequency: {
    unit: 'Hz',
    metric: 'hertz',
    deviceClass: 'frequency',
    digits: 2,
    range: [0, 500],
    form: 'number',
  },
  /** Angle between two phases; Home Assistant has no class for it. */
  angle: { unit: '°', metric: 'degrees', digits: 1, range: [-360, 360], form: 'number' },
  temperature: {
    unit: '°C',
    metric: 'celsius',
    deviceClass: 'temperature',
    digits: 1,
    range: [-60, 150],
    change: [15, 1],
    form: 'number',
  },
  state_of_charge: {
    unit: '%',
    metric: 'ratio',
    metricScale: 0.01,
    deviceClass: 'battery',
    digits: 1,
    range: [0, 100],
    change: [10, 0.5],
    form: 'number',
  },
  percent: {
    unit: '%',
    metric: 'ratio',
    metricScale: 0.01,
    digits: 1,
    range: [0, 200],
    change: [20, 1],
    form: 'number',
  },
  resistance: {
    unit: 'mΩ',
    metric: 'ohms',
    metricScale: 0.001,
    digits: 2,
    range: [0, 1e6],
    form: 'number',
  },
  duration: {
    unit: 's',
    metric: 'seconds',
    deviceClass: 'duration',
    digits: 0,
    range: [0, 1e10],
    form: 'number',
  },
  minutes: {
    unit: 'min',
    metric: 'seconds',
    metricScale: 60,
    deviceClass: 'duration',
    digits: 0,
    range: [0, 1e8],
    form: 'number',
  },
  /** What something costs, in the currency that its field names; Home Assistant knows no state class for it here. */
  money: { unit: '', metric: '', deviceClass: 'monetary', digits: 2, form: 'number' },
  /** A whole number of things: cycles, packs. */
  count: { unit: '', metric: '', digits: 0, range: [0, 1e9], form: 'number' },
  /** A number without a unit that is not a count: a version, a factor, a raw code. */
  number: { unit: '', metric: '', digits: 2, form: 'number' },
  /** One of a closed set of words. */
  word: { unit: '', metric: 'info', deviceClass: 'enum', digits: 0, form: 'word' },
  /** Free text: a serial number, a model name. */
  text: { unit: '', metric: 'info', digits: 0, form: 'text' },
  flag: { unit: '', metric: '', digits: 0, form: 'flag' },
  /** An instant or a local date and time, ISO 8601. */
  time: { unit: '', metric: 'timestamp_seconds', deviceClass: 'timestamp', digits: 0, form: 'time' },
} as const satisfies Readonly<Record<string, Quantity>>;

/** Name of a quantity. */
export type QuantityName = keyof typeof quantities;

/** The row of a quantity, with its optional columns visible to the type. */
export function quantity(name: QuantityName): Quantity {
  return quantities[name];
}

/**
 * How a value behaves over time. From it follow the Home Assistant state class, the ending `_total` of a metric,
 * how history is condensed, and where the value stands on a screen.
 */
export type Kind =
  /** Goes up and down: a voltage, a state of charge. */
  | 'measurement'
  /** Only grows, until somebody clears it or it wraps: an energy register. */
  | 'counter'
  /** One of a few states, or a text that changes: an output, a direction. */
  | 'state'
  /** What the owner has set: a limit, a capacity. */
  | 'setting'
  /** What the device is: model, serial number, firmware. */
  | 'identity'
  /** Bytes or codes that nobody has explained, kept as they came. */
  | 'raw';

/** Home Assistant `state_class` that follows from kind and quantity; undefined for words, texts and settings. */
export function stateClass(kind: Kind, name: QuantityName): 'measurement' | 'total_increasing' | undefined {
  if (quantity(name).form !== 'number' || name === 'money') return undefined;
  if (kind === 'counter') return 'total_increasing';
  return kind === 'measurement' ? 'measurement' : undefined;
}

/**
 * A value as people read it: digits of its quantity, unit behind it; a dash where it is unknown. Whole numbers of
 * `number` and `count` have no zeros behind the point.
 */
export function format(value: unknown, name: QuantityName): string {
  const { unit, digits, form } = quantity(name);
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.map((item) => format(item, name)).join('  ');
  if (typeof value === 'number') {
    const bare = Number.isInteger(value) && (name === 'number' || name === 'count');
    const printed = form === 'number' && !bare ? rounded(value, digits) : String(value);
    return unit === '' ? printed : `${printed} ${unit}`;
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** So many digits behind the point; what rounds to zero has no sign. */
function rounded(value: number, digits: number): string {
  const fixed = value.toFixed(digits);
  return Number(fixed) === 0 ? fixed.replace('-', '') : fixed;
}
