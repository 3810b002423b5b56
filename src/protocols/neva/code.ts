import { Fault } from '../../core/fault.ts';

/**
 * OBIS codes as this vendor writes them: `CC.DD.EE*FF` in hexadecimal, on the wire without point and star. The groups
 * A and B are not sent: 1-0 is meant (0-0 for the clock, 96.x and 99.x).
 */

/**
 * The code on the wire for what people write: `60.01.04*FF`, `600104FF` (either case), or in decimal
 * `1-0:32.7.0*255`, `32.7.0` with a medium in front. Throws a `config` fault.
 */
export function wireCode(written: string): string {
  const plain = written.trim();
  const vendor = /^([0-9a-f]{2})\.?([0-9a-f]{2})\.?([0-9a-f]{2})\*?([0-9a-f]{2})$/i.exec(plain);
  if (vendor !== null) return vendor.slice(1).join('').toUpperCase();
  const decimal = /^[01]-0:(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\*(\d{1,3}))?$/.exec(plain);
  const numbers = decimal === null ? [] : [...decimal.slice(1, 4), decimal[4] ?? '255'].map(Number);
  if (numbers.length === 4 && numbers.every((one) => one < 256)) {
    return numbers
      .map((one) => one.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  }
  throw new Fault(
    'config',
    `'${written}' is no code of a register: expected 60.01.04*FF, 600104FF, or in decimal 1-0:32.7.0*255`,
  );
}

/** A code as the vendor prints it: `600104FF` is `60.01.04*FF`. */
export function vendorCode(code: string): string {
  return code.replace(/^(..)(..)(..)(..)$/, '$1.$2.$3*$4');
}

/** A code as the standard writes it: `200700FF` is `1-0:32.7.0*255`. */
export function standardCode(code: string): string {
  const [c = 0, d = 0, e = 0, f = 0] = (code.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const medium = c === 0 || c >= 0x60 ? '0-0' : '1-0';
  return `${medium}:${c}.${d}.${e}*${f}`;
}
