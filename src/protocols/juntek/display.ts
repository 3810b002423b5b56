import { ascii } from '../../core/bytetext.ts';
import type { Master } from '../../core/station.ts';

/**
 * Display units as they are heard on the line. They send no check sum; the generations differ in punctuation, line
 * end and rhythm (KG140F through Tasmota, github ldiegos/esphome-junctek_kgf; thread 27 of tfyoung/esphome-junctek_kgf;
 * juntek_kg's README for the older one).
 */
export const DISPLAYS: Readonly<Record<string, Master>> = {
  display: {
    title: 'display unit of a newer KG or KH: `:R50=1,` and `:R51=1,` with a line feed',
    rate: 1,
    requests: (address) => [50, 51].map((number) => ascii(`:R${number}=${address},\n`)),
  },
  'display-old': {
    title: 'display unit of 2021-22: `:R50=01.` with carriage return and line feed',
    rate: 1,
    requests: (address) =>
      ['50', '51', '00'].map((number) => ascii(`:R${number}=${String(address).padStart(2, '0')}.\r\n`)),
  },
};
