/**
 * Data sets of IEC 62056-21, 6.3.12: `address(value*unit)`, one or more a line. Read as meters write them, which is
 * looser than the standard: several brackets behind one address, line ends between them, values of any length, `&`
 * in an address, a blank in front of a unit.
 */
export interface DataSet {
  /** Identification as written, such as `1.8.0` or `600104FF`; empty where there is none. */
  readonly address: string;
  /** The brackets that belong to it, in order. */
  readonly values: readonly DataValue[];
}

/** What stands between one pair of brackets. */
export interface DataValue {
  /** As written, without the unit. */
  readonly value: string;
  /** As written; empty where there is none. */
  readonly unit: string;
}

const OPEN = 0x28;
const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;

/** Most characters that one data set may have: what a reader of a stream keeps at most. */
export const LONGEST_DATA_SET = 65_536;

/** All data sets of a text. What is no data set (a line without brackets, the closing `!`) is passed over. */
export function dataSets(text: string): DataSet[] {
  const found: DataSet[] = [];
  scan(text, true, (set) => found.push(set));
  return found;
}

/** Reads data sets from a text that comes in pieces. */
export interface DataSetReader {
  /** Takes a piece. Hands over every data set that is complete by it. */
  push(piece: string): void;
  /** The text is over: hands over the last one. */
  end(): void;
  /** Data sets given up because they were longer than `LONGEST_DATA_SET` characters. */
  readonly dropped: number;
}

/** Makes a reader of a stream; memory is bounded by one data set and one piece. */
export function dataSetReader(take: (set: DataSet) => void): DataSetReader {
  let kept = '';
  let dropped = 0;
  return {
    get dropped() {
      return dropped;
    },
    push(piece) {
      const text = kept + piece;
      kept = text.slice(scan(text, false, take));
      if (kept.length > LONGEST_DATA_SET) {
        kept = '';
        dropped++;
      }
    },
    end() {
      scan(kept, true, take);
      kept = '';
    },
  };
}

/** Hands over the data sets of a text and returns where the first begins that is not complete. */
function scan(text: string, final: boolean, take: (set: DataSet) => void): number {
  const end = text.length;
  let at = 0;
  for (;;) {
    const open = text.indexOf('(', at);
    if (open < 0) return final ? end : at;
    // The address: what stands between the last line end (or control character) and the bracket.
    let address = text.slice(at, open);
    for (let index = address.length - 1; index >= 0; index--) {
      if (address.charCodeAt(index) < SPACE) {
        address = address.slice(index + 1);
        break;
      }
    }
    const values: DataValue[] = [];
    let next = open;
    let more = true;
    while (more) {
      const close = text.indexOf(')', next);
      if (close < 0) break;
      values.push(valueOf(text.slice(next + 1, close)));
      next = close + 1;
      // A bracket without an address belongs to the data set before, also behind a line end (Energomera).
      while (isLineEnd(text.charCodeAt(next))) next++;
      more = text.charCodeAt(next) === OPEN;
    }
    // The bracket is not closed, or another may follow.
    if (!final && (more || next === end)) return at;
    if (values.length > 0) take({ address, values });
    if (more) return end;
    at = next;
  }
}

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}

/**
 * Value and unit. `230.1 V` is a number, a blank and a unit, as some meters write them; anything else without `*` is
 * a value as it stands.
 */
function valueOf(text: string): DataValue {
  const star = text.indexOf('*');
  if (star >= 0) return { value: text.slice(0, star), unit: text.slice(star + 1) };
  if (text.includes(' ')) {
    const parts = /^([+-]?\d+(?:\.\d+)?) ([A-Za-z%°]{1,16})$/.exec(text);
    if (parts !== null) return { value: parts[1] ?? '', unit: parts[2] ?? '' };
  }
  return { value: text, unit: '' };
}

/** The first value under an address, or undefined. */
export function valueAt(sets: readonly DataSet[], address: string): DataValue | undefined {
  return sets.find((set) => set.address === address)?.values[0];
}

/** The number in a value, or undefined when it is none: `000134.2` is 134.2, `-1` is -1, empty is undefined. */
export function numberOf(value: string): number | undefined {
  return /^\s*[+-]?\d+(?:\.\d*)?\s*$/.test(value) ? Number(value) : undefined;
}
