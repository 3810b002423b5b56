import type { Device } from './device.ts';
import { dissect } from './dissect.ts';
import { Fault } from './fault.ts';
import { isLineEnd, pieceDocument } from './frame-document.ts';
import { bytesOfLog, joined } from './pasted.ts';
import type { ApiFrame } from './site/api.ts';

/**
 * Explains frames as people paste them: text, escapes, hex pairs, a log, a capture. Throws a `config` fault that names
 * the line where a text is not understood.
 * @param devices those that it may be from
 */
export function explainPasted(text: string, devices: readonly Device[]): ApiFrame[] {
  const bytes = joined(bytesOfLog(text, 'text'));
  if (bytes.length === 0) throw new Fault('config', 'nothing to decode: the text is empty');
  return dissect(devices, bytes)
    .filter((piece) => !isLineEnd(piece))
    .map((piece) => pieceDocument(piece, devices));
}
