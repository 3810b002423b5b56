/**
 * Baud rate characters Z of the identification (6.3.14 no. 13): letters of mode B, digits of mode C, of which 3 alone
 * is what mode D says. Everything else means mode A, or a meter of its own mind.
 */
const MODE_B: Readonly<Record<string, number>> = {
  A: 600,
  B: 1200,
  C: 2400,
  D: 4800,
  E: 9600,
  F: 19200,
};
const MODE_C: Readonly<Record<string, number>> = {
  '0': 300,
  '1': 600,
  '2': 1200,
  '3': 2400,
  '4': 4800,
  '5': 9600,
  '6': 19200,
};

/** Baud rates of mode C, rising. */
export const BAUD_RATES: readonly number[] = Object.values(MODE_C);

/** Protocol modes that the baud rate character can announce. */
export type BaudMode = 'A' | 'B' | 'C';

/** What a baud rate character announces: the mode, and the rate unless it is mode A or reserved. */
export function announced(character: string): { readonly mode: BaudMode; readonly baud?: number } {
  const b = MODE_B[character];
  if (b !== undefined) return { mode: 'B', baud: b };
  const c = MODE_C[character];
  if (c !== undefined) return { mode: 'C', baud: c };
  // G, H and I are reserved in mode B, 7, 8 and 9 in mode C.
  return { mode: /[GHI]/.test(character) ? 'B' : /\d/.test(character) ? 'C' : 'A' };
}

/** The character of a rate in mode B or C, or undefined where there is none: `baudCharacter(9600)` is `5`. */
export function baudCharacter(baud: number, mode: 'B' | 'C' = 'C'): string | undefined {
  const table = mode === 'B' ? MODE_B : MODE_C;
  return Object.keys(table).find((character) => table[character] === baud);
}

/**
 * Baud rates of a sign-on in the order in which they are worth trying: the one that worked last, then the others.
 * @param last what `startBaud` of an earlier session said; undefined: nothing is known
 */
export function startsFrom(starts: readonly number[], last: number | undefined): readonly number[] {
  return last === undefined ? starts : [last, ...starts.filter((one) => one !== last)];
}
