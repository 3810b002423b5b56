import type { Format, Line } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import { softwareParity } from '../core/parity.ts';

/**
 * Fits a converter that hands on bytes to a device, by what is known of the converter's serial side:
 *
 * - `7E1`: it runs 8N1 against a 7E1 device, so parity is made and checked here;
 * - `auto`: it runs 7E1 or 8N1, which is found out from what arrives;
 * - `8N1`, `8E1`, `8N2`: it is set to what the device needs, and bytes pass untouched;
 * - left out: `auto` for a device with 7 data bits, untouched for all others.
 */
export function rawParity(channel: Channel, format: Format | 'auto' | undefined, line: Line): Channel {
  const mode = format ?? (line.dataBits === 7 ? 'auto' : '8N1');
  return mode === '7E1' || mode === 'auto' ? softwareParity(channel, mode) : channel;
}
