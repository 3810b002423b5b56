import { encode } from '../../codec/index.ts';
import type { Values } from '../../core/snapshot.ts';
import { recordsIn } from '../../core/units.ts';
import { frameBytes, framing } from '../../ydt1363/index.ts';
import type { PylontechDefinition } from './definition.ts';
import { recognise } from './exchange.ts';
import { PACKS } from './values.ts';

/** The frame with serial numbers masked and its sums made good, or the same bytes where there is none. */
export function anonymise(definition: PylontechDefinition, bytes: Uint8Array): Uint8Array {
  const scan = framing.scan(bytes, 0, bytes.length);
  if (scan.got !== 'frame' || scan.frame.code !== 0) return bytes;
  const found = recognise(definition, scan.frame);
  if (found === undefined) return bytes;
  const packs = recordsIn(found.values, PACKS);
  if (!packs.some((pack) => typeof pack.serial_number === 'string')) return bytes;
  const masked = packs.map((pack): Values => ({ ...pack, serial_number: mask(pack.serial_number) }));
  return frameBytes({
    ...scan.frame,
    info: encode(found.message.body, { ...found.values, [PACKS]: masked }),
  });
}

/** Letters say the model, so only digits are masked. */
function mask(serial: Values[string]): string {
  return typeof serial === 'string' ? serial.replaceAll(/\d/g, '0') : '';
}
