import { quantity, type QuantityName } from '../../core/quantity.ts';
import { numberOf } from '../../iec62056/index.ts';

/** Powers of ten of the letters that stand in front of a unit. */
const PREFIXES: Readonly<Record<string, number>> = { m: -3, '': 0, k: 3, M: 6, G: 9 };

/** A unit without its prefix, and the power of ten of the prefix: `kWh` is Wh, 3. Undefined: no unit that is known. */
function taken(unit: string): { readonly base: string; readonly power: number } | undefined {
  const parts = /^([mkKMG]?)(wh|w|varh|var|vah|va|v|a|hz)$/i.exec(unit.trim());
  const [, prefix = '', base] = parts ?? [];
  if (base === undefined) return undefined;
  return { base: base.toLowerCase(), power: PREFIXES[prefix === 'K' ? 'k' : prefix] ?? 0 };
}

/**
 * The power of ten by which numbers in a printed unit become the quantity's own: kW to W is 3. Undefined where the
 * unit is another quantity's, or none where one is needed.
 */
export function powerBetween(printed: string, name: QuantityName): number | undefined {
  const own = quantity(name).unit;
  if (own === '') return printed === '' ? 0 : undefined;
  const [from, to] = [taken(printed), taken(own)];
  return from !== undefined && from.base === to?.base ? from.power - to.power : undefined;
}

/** A printed number times a power of ten, exact to its last digit: the decimal point is moved, nothing multiplied. */
export function shifted(text: string, power: number): number | undefined {
  return numberOf(text) === undefined ? undefined : Number(`${text.trim()}e${power}`);
}

/**
 * A number as a meter prints it, in the style of another: as many digits in front of the point at least, and as many
 * behind it or more.
 */
export function printed(value: number, power: number, like: string): string {
  const [whole = '', part = ''] = like.trim().split('.');
  const moved = Number(`${value}e${-power}`);
  const own = /\.(\d+)$/.exec(String(moved))?.[1] ?? '';
  const [front = '', behind] = Math.abs(moved).toFixed(Math.max(part.length, own.length)).split('.');
  const digits = front.padStart(whole.replace(/\D/g, '').length, '0');
  return `${moved < 0 ? '-' : ''}${digits}${behind === undefined ? '' : `.${behind}`}`;
}
