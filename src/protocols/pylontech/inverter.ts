import type { Master } from '../../core/station.ts';
import { questionBytes } from '../../ydt1363/index.ts';
import { isMaster } from './address.ts';
import { ALL, DIALECT } from './exchange.ts';

const question = (adr: number, command: number, pack?: number): Uint8Array =>
  questionBytes({
    dialect: DIALECT,
    what: '',
    adr,
    command,
    ...(pack === undefined ? {} : { info: Uint8Array.of(pack) }),
  });

/** Masters of groups 5 to 0, as an inverter looks for them. */
const GROUPS = [0x52, 0x42, 0x32, 0x22, 0x12, 0x02] as const;

/**
 * Inverters as they were heard on the line: an Axpert class one looks for masters with 4Fh, then asks 42h of all packs
 * and of each (sniffed by danielbeardsley/tesla-bms-node); a simpler one asks 42h and 92h of the master.
 */
export const INVERTERS: Readonly<Record<string, Master>> = {
  inverter: {
    title:
      'inverter of the Axpert class: looks for the masters of six groups, then asks 42h of all packs and of one',
    rate: 0.5,
    requests: (address, round) =>
      round === 0
        ? GROUPS.map((adr) => question(adr, 0x4f))
        : [...(isMaster(address) ? [question(address, 0x42, ALL)] : []), question(address, 0x42, address)],
  },
  'inverter-limits': {
    title: 'inverter that asks 42h and 92h of one pack every second',
    rate: 1,
    requests: (address) => [question(address, 0x42, address), question(address, 0x92, address)],
  },
};
