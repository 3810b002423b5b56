/** What a simulated pack is. */
export interface Model {
  /** Device name as 51h says it. */
  readonly name: string;
  readonly cells: number;
  /** In Ah. */
  readonly capacity: number;
  /** In A: limits of 47h and of 92h at half charge. */
  readonly current: number;
  /** C models and the US5000: silent at COMMAND FF, tenths of degrees, charge in mAh, a byte more in 44h. */
  readonly newer: boolean;
}

/** Models by the word of the option `model` (names, capacities and limits as captured or of the data sheets). */
export const MODELS: Readonly<Record<string, Model>> = {
  us2000: { name: 'US2KBPL', cells: 15, capacity: 50, current: 50, newer: false },
  us2000c: { name: 'US2000C', cells: 15, capacity: 50, current: 50, newer: true },
  us3000: { name: 'US3000', cells: 15, capacity: 74, current: 74, newer: false },
  us3000c: { name: 'US3000C', cells: 15, capacity: 74, current: 90, newer: true },
  us5000: { name: 'US5000', cells: 15, capacity: 100, current: 100, newer: true },
  up2500: { name: 'UP2500', cells: 8, capacity: 111, current: 55.5, newer: false },
};

/** Capacity in Ah that a master can still say in two bytes; the larger ones send four user-defined items. */
export const MOST_SHORT = 65;
