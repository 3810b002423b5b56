/**
 * The check sums of the protocols here. Each has a vector from a second source in `checksum.test.ts`.
 * All work on a slice `[start, end)` of the bytes, so that nothing is copied.
 */

/** Sum of the bytes' values, not reduced. Slices up to 2^40 bytes stay exact. */
export function sumOf(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum += bytes[at] ?? 0;
  return sum;
}

/** Exclusive or of the low seven bits: the block check character of ISO 1155 as IEC 62056-21 uses it. */
export function xor7(bytes: Uint8Array, start: number, end: number): number {
  let check = 0;
  for (let at = start; at < end; at++) check ^= bytes[at] ?? 0;
  return check & 0x7f;
}

/** Sum of the low seven bits, modulo 128: the block check of Energomera meters. */
export function sum7(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum += (bytes[at] ?? 0) & 0x7f;
  return sum & 0x7f;
}

/** Two's complement of a 16-bit sum of the ASCII codes: CHKSUM of YD/T 1363.3. */
export function complement16(bytes: Uint8Array, start: number, end: number): number {
  return (0x10000 - (sumOf(bytes, start, end) % 0x10000)) % 0x10000;
}

/**
 * Juntek: the sum of all decimal values behind the check field, modulo 255, plus 1; 1 to 255
 * (KG-F manual, Feb 2023, p. 23: `:R50=1,2,1,` has 2 over the single value 1).
 */
export function sumMod255(sum: number): number {
  return (sum % 255) + 1;
}
