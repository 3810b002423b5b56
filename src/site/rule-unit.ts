import { unitOf, type FieldInfo } from '../core/field.ts';

/** A unit as a multiple of its base: mV is 0.001 V. */
export interface Unit {
  readonly base: string;
  readonly factor: number;
}

const BASES = ['varh', 'var', 'Wh', 'Ah', 'Hz', 'V', 'A', 'W', 'Ω', '°C', '°', '%'];
const PREFIXES: Readonly<Record<string, number>> = { m: 1e-3, k: 1e3, M: 1e6 };
const OTHERS: Readonly<Record<string, Unit>> = {
  C: { base: '°C', factor: 1 },
  ohm: { base: 'Ω', factor: 1 },
  mohm: { base: 'Ω', factor: 1e-3 },
  s: { base: 's', factor: 1 },
  m: { base: 's', factor: 60 },
  min: { base: 's', factor: 60 },
  h: { base: 's', factor: 3600 },
  d: { base: 's', factor: 86_400 },
};

/** The unit that a text names, or undefined. */
export function unitNamed(text: string): Unit | undefined {
  if (Object.hasOwn(OTHERS, text)) return OTHERS[text];
  if (BASES.includes(text)) return { base: text, factor: 1 };
  const factor = PREFIXES[text.slice(0, 1)];
  return factor !== undefined && BASES.includes(text.slice(1)) ? { base: text.slice(1), factor } : undefined;
}

/** The unit of a field; of money its currency; undefined for plain numbers and words. */
export function unitOfField(field: FieldInfo): Unit | undefined {
  const text = unitOf(field);
  return text === '' ? undefined : (unitNamed(text) ?? { base: text, factor: 1 });
}

/** As people write it. */
export function unitText({ base, factor }: Unit): string {
  const prefix = Object.entries(PREFIXES).find(([, one]) => one === factor)?.[0] ?? '';
  const other = Object.entries(OTHERS).find(([, one]) => one.base === base && one.factor === factor)?.[0];
  return base === 's' ? (other ?? base) : prefix + base;
}
