/**
 * Codes of R50's value 8 (KG-F manual p. 25, KL-F manual p. 29). A switched-off output is 255 by those manuals and 99
 * by the KH-F manual p. 29; a KG140F on the wire sends 99 too.
 */
export const OUTPUT = {
  on: 0,
  over_voltage: 1,
  over_current: 2,
  under_voltage: 3,
  reverse_over_current: 4,
  over_power: 5,
  over_temperature: 6,
  off: 255,
  off_99: 99,
} as const;
