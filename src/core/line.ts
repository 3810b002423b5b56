import { Fault } from './fault.ts';

/** Parity of a character on the wire. */
export type Parity = 'none' | 'even' | 'odd';

/** Settings of an asynchronous serial line. */
export interface Line {
  /** Bits a second, 50 to 4,000,000. */
  readonly baud: number;
  /** Data bits of a character. */
  readonly dataBits: 7 | 8;
  readonly parity: Parity;
  readonly stopBits: 1 | 2;
}

/** The formats that links accept (`?format=`). */
export const FORMATS = ['8N1', '8E1', '7E1', '8N2'] as const;

/** A character format as written in a link, such as `7E1`. */
export type Format = (typeof FORMATS)[number];

const PARTS: Readonly<Record<Format, Omit<Line, 'baud'>>> = {
  '8N1': { dataBits: 8, parity: 'none', stopBits: 1 },
  '8E1': { dataBits: 8, parity: 'even', stopBits: 1 },
  '7E1': { dataBits: 7, parity: 'even', stopBits: 1 },
  '8N2': { dataBits: 8, parity: 'none', stopBits: 2 },
};

/** Builds a line from baud rate and format: `line(9600, '7E1')`. */
export function line(baud: number, format: Format = '8N1'): Line {
  return { baud, ...PARTS[format] };
}

/** `9600 7E1`: the short form people know from terminals. */
export function lineText(of: Line): string {
  return `${of.baud} ${of.dataBits}${of.parity.charAt(0).toUpperCase()}${of.stopBits}`;
}

/** The format named by a text, upper or lower case. Throws a `config` fault that lists what is accepted. */
export function formatOf(text: string): Format {
  const found = FORMATS.find((format) => format === text.toUpperCase());
  if (found === undefined) {
    throw new Fault('config', `unknown character format '${text}': expected one of ${FORMATS.join(', ')}`);
  }
  return found;
}

/** The baud rate named by a text. Throws a `config` fault outside 50 to 4,000,000. */
export function baudOf(text: string): number {
  const baud = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(baud >= 50 && baud <= 4_000_000)) {
    throw new Fault('config', `bad baud rate '${text}': expected a whole number from 50 to 4000000`);
  }
  return baud;
}

/** Milliseconds that one character takes on the wire, start, parity and stop bits included. */
export function characterTime(of: Line): number {
  const bits = 1 + of.dataBits + (of.parity === 'none' ? 0 : 1) + of.stopBits;
  return (bits * 1000) / of.baud;
}
