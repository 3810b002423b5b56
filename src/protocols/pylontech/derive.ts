import { type AnyCodec } from '../../codec/index.ts';
import { field, type Derived, type FieldInfo, numberIn } from '../../core/field.ts';
import { percent } from '../../core/rack.ts';
import { isList, listIn, type Value, type Values } from '../../core/snapshot.ts';
import { believable, celsius, unexplained } from './words.ts';

/** The words in which the definition says what follows for one pack. */

/** Bytes at the end that nobody has explained: none, or a part of a pack. */
export function surplusOf(surplus: number): Record<string, AnyCodec> {
  if (surplus === 0) return {};
  return {
    unknown_tail: field(unexplained(surplus), { title: 'Unexplained bytes', quantity: 'text', kind: 'raw' }),
  };
}

/** What cannot be true of 42h: a module voltage that is not that of its cells. A hundredth is left to roundings. */
export function cellSum(pack: Values): string | undefined {
  const voltage = numberIn(pack, 'voltage') ?? 0;
  let sum = 0;
  for (const cell of listIn(pack, 'cell_voltages')) if (typeof cell === 'number') sum += cell;
  if (Math.abs(sum - voltage) <= voltage * 0.01) return undefined;
  return `its cells make ${sum.toFixed(3)} V, but its voltage is ${voltage} V`;
}

/** °C of temperature codes; null where no sensor can be behind one. */
export function sensorsOf(codes: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `(${codes} − 2731) ÷ 10, null at −50 and below and at 120 and above`,
    from: (own) => {
      const sent = listIn(own, codes);
      // Every answer passes here. Numbers and nulls are put in apart, so that numbers stay what a list holds fastest.
      const values = new Array<number | null>(sent.length);
      for (let index = 0; index < sent.length; index++) {
        const code = sent[index];
        const value = typeof code === 'number' ? celsius(code) : Number.NaN;
        if (believable(value)) values[index] = value;
        else values[index] = null;
      }
      return values;
    },
    to: (value) => ({
      [codes]: (isList(value) ? value : []).map((one) =>
        typeof one === 'number' ? Math.round(one * 10) + 2731 : MISSING,
      ),
    }),
  };
}

/** What the fifth sensor of a US2000 without one was seen to say: −100 °C. */
const MISSING = 1731;
/** A charge of two bytes that says "look at the three bytes". */
const ELSEWHERE = 65.535;

function charge(long: string, short: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `${long} where sent, else ${short}; unknown where that is FFFF`,
    from: (own) => {
      const told = numberIn(own, long) ?? numberIn(own, short);
      return told === ELSEWHERE && numberIn(own, long) === undefined ? undefined : told;
    },
    to: (value, own): Values => (numberIn(own, long) === undefined ? { [short]: value } : { [long]: value }),
  };
}

/** A remaining charge that may be sent in two or three bytes. */
export const chargeOf = charge;
/** A capacity that may be sent in two or three bytes. */
export const capacityOf = charge;

/** State of charge, which is not sent. */
export function socOf(info: FieldInfo): Derived {
  return {
    ...info,
    formula: 'remaining_capacity ÷ full_capacity × 100, unknown above 101',
    from: (own) => percent(numberIn(own, 'remaining_capacity'), numberIn(own, 'full_capacity')),
    to: (value, own): Values => {
      const full = numberIn(own, 'long_full_capacity');
      const share = Number(value) / 100;
      return full === undefined
        ? { short_remaining_capacity: share * (numberIn(own, 'short_full_capacity') ?? 0) }
        : { long_remaining_capacity: share * full };
    },
  };
}

/** One bit of a status byte. */
export function bitOf(byte: string, bit: number, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `bit ${bit} of ${byte}`,
    from: (own) => {
      const value = numberIn(own, byte);
      return value === undefined ? undefined : ((value >> bit) & 1) === 1;
    },
    to: (value, own): Values => {
      const rest = (numberIn(own, byte) ?? 0) & ~(1 << bit);
      return { [byte]: value === true || value === 1 ? rest | (1 << bit) : rest };
    },
  };
}

/** Names of the bits that are set, in the order given. */
export function namesOf(bits: readonly string[], info: FieldInfo): Derived {
  return {
    ...info,
    formula: `those of ${bits.join(', ')} that are true`,
    from: (own) => bits.filter((name) => own[name] === true),
  };
}

/** Numbers, from 1, of the cells whose bits are set in two status bytes. */
export function cellsOf(low: string, high: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `bit k of ${low} is cell k + 1, bit k of ${high} is cell k + 9`,
    from: (own) => {
      const word = (numberIn(own, high) ?? 0) * 256 + (numberIn(own, low) ?? 0);
      return Array.from({ length: 16 }, (_, index) => index + 1).filter(
        (cell) => (word >> (cell - 1)) % 2 === 1,
      );
    },
    to: (value) => {
      let word = 0;
      for (const cell of isList(value) ? value : []) {
        word |= 1 << (Number(cell) - 1);
      }
      return { [low]: word & 255, [high]: (word >> 8) & 255 };
    },
  };
}

/** State bytes of 44h (manual, table 4.4). */
const STATES: Readonly<Record<number, string>> = {
  0x00: 'normal',
  0x01: 'below_limit',
  0x02: 'above_limit',
  0xf0: 'other_error',
};

/** Every word that `statesOf` brings for a single state. */
export const STATE_WORDS: readonly string[] = Object.values(STATES);

function stateOf(code: Value): Value {
  return typeof code === 'number' ? (STATES[code] ?? null) : null;
}

function codeOf(state: Value | undefined): number {
  return Number(Object.entries(STATES).find(([, word]) => word === state)?.[0] ?? 0);
}

/** The word for a state byte, or for each of a list; null for a code that no manual names. */
export function statesOf(codes: string, info: FieldInfo): Derived {
  return {
    ...info,
    formula: `${codes}: 00 normal, 01 below_limit, 02 above_limit, F0 other_error, else null`,
    from: (own) => {
      const raw = own[codes];
      if (raw === undefined) return undefined;
      return isList(raw) ? raw.map(stateOf) : stateOf(raw);
    },
    to: (value) => ({
      [codes]: isList(value) ? value.map(codeOf) : codeOf(value),
    }),
  };
}

/** Whether either of two flags is set. */
export function eitherOf(one: string, other: string, info: FieldInfo): Derived {
  return { ...info, formula: `${one} or ${other}`, from: (own) => own[one] === true || own[other] === true };
}

/** Whether anything in an answer to 44h is not as it should be. */
export function troubleOf(info: FieldInfo): Derived {
  const codes = ['charge_current_state_code', 'voltage_state_code', 'discharge_current_state_code'];
  const bytes = ['status_1', 'status_4', 'status_5'];
  return {
    ...info,
    formula: 'any state that is not 00, or any bit in status 1, 4 or 5',
    from: (own) =>
      [...codes, ...bytes].some((name) => own[name] !== 0) ||
      [...listIn(own, 'cell_state_codes'), ...listIn(own, 'temperature_state_codes')].some(
        (code) => code !== 0,
      ),
  };
}
