/**
 * Addresses (RS485 protocol V3.3, chapter 2): ADR = n + 16 m. n is 2 for the master of a group and counts on for the
 * packs linked to it; m is the group that the master's switches 2 to 4 select, 0 to 7. Packs of older console ports
 * (V2.8) all answer at ADR 01, and COMMAND says which one is meant.
 */

/** ADR of the older dialect, where COMMAND 1 to 8 selects the pack. */
export const OLD_DIALECT = 1;
/** n of a group's master. */
const MASTER = 2;
/**
 * Most packs of a group. The manual has 12 and a program of owners 14; newer masters take 16, whose last two addresses
 * (10h and 11h in group 0) nobody has seen: they are what counting on gives, and belong to no other group.
 */
export const GROUP_SIZE = 16;
const GROUPS = 8;
const OLD_PACKS = 8;

/** Lowest to highest address; 2 is the master of a plant with one group. */
export const ADDRESSES = {
  lowest: OLD_DIALECT,
  highest: MASTER + 16 * GROUPS - 1,
  usual: MASTER,
  /** Each group from its master on, then the older dialect. */
  runs: [...Array.from({ length: GROUPS }, (_, group) => packsFrom(MASTER + 16 * group)), [OLD_DIALECT]],
  /**
   * A single group is group 0, several are numbered from 1 on without gaps (manual, chapter 2); the older dialect has
   * no groups.
   */
  needless: (run: number, answered: ReadonlySet<number>): boolean =>
    run === GROUPS ? answered.size > 0 : run > 1 && !answered.has(run - 1),
} as const;

function packsFrom(master: number): number[] {
  return Array.from({ length: GROUP_SIZE }, (_, index) => master + index);
}

/** Whether an address is that of a group's master, behind which all packs of the group are found. */
export function isMaster(address: number): boolean {
  return address % 16 === MASTER;
}

/** The packs that may be read at an address: all of a group at its master's, else only that one. */
export function packsAt(address: number): readonly number[] {
  if (address === OLD_DIALECT) return Array.from({ length: OLD_PACKS }, (_, index) => index + 1);
  return isMaster(address) ? packsFrom(address) : [address];
}

/** ADR and COMMAND of a question to one pack that is read at an address. */
export function questionTo(
  address: number,
  pack: number,
): { readonly adr: number; readonly command: number } {
  return { adr: address === OLD_DIALECT ? OLD_DIALECT : pack, command: pack };
}

/** Whether an answer from ADR belongs to what is read at an address. */
export function belongs(adr: number, address: number): boolean {
  return adr === address || packsAt(address).includes(adr);
}
