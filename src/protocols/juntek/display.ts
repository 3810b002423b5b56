import { ascii } from '../../core/bytetext.ts';
import type { Master } from '../../core/station.ts';

const commaRound = (address: number): Uint8Array[] =>
  [50, 51].map((number) => ascii(`:R${number}=${address},\n`));

/** Rounds of a second each between two of the older display's questions for settings and identity. */
const SELDOM = 10;

/**
 * Display units as they are heard on the line. They send no check sum; the generations differ in punctuation, line
 * end and rhythm (KG140F through Tasmota, github ldiegos/esphome-junctek_kgf; thread 27 of tfyoung/esphome-junctek_kgf,
 * where one asks twice a second; README and comments of juntek_kg for the older one).
 */
export const DISPLAYS: Readonly<Record<string, Master>> = {
  display: {
    title: 'display unit of a newer KG or KH: `:R50=1,` and `:R51=1,` with a line feed',
    rate: 1,
    requests: commaRound,
  },
  'display-old': {
    title:
      'display unit of 2021-22: `:R50=01.` with carriage return and line feed once a second, R51 and R00 every 10 s',
    rate: 1,
    requests: (address, round) =>
      (round % SELDOM === 0 ? ['50', '51', '00'] : ['50']).map((number) =>
        ascii(`:R${number}=${String(address).padStart(2, '0')}.\r\n`),
      ),
  },
};
