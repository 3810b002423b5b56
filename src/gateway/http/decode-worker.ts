/** Explains pasted frames in a thread of its own: a long paste takes a second, in which lines want to be heard. */
import { parentPort, workerData } from 'node:worker_threads';
import { isFamily } from '../../core/catalog.ts';
import { dissect } from '../../core/dissect.ts';
import { Fault, faultOf } from '../../core/fault.ts';
import { isLineEnd } from '../../core/frame-document.ts';
import { bytesOfLog, joined } from '../../core/pasted.ts';
import type { ApiFrame } from '../../core/site/api.ts';
import { catalog } from '../../devices/index.ts';
import type { Pasted, Told } from './decode-thread.ts';
import { pieceDocument } from './frames.ts';

function explained({ text, device }: Pasted): ApiFrame[] {
  const entry = device === undefined ? undefined : catalog.find(device);
  const devices = entry === undefined ? catalog.devices : isFamily(entry) ? entry.members : [entry];
  const bytes = joined(bytesOfLog(text, 'text'));
  if (bytes.length === 0) throw new Fault('config', 'nothing to decode: the text is empty');
  return dissect(devices, bytes)
    .filter((piece) => !isLineEnd(piece))
    .map((piece) => pieceDocument(piece, devices));
}

function told(pasted: Pasted): Told {
  try {
    return { frames: explained(pasted) };
  } catch (error) {
    const { code, message, hint } = faultOf(error, 'config');
    return { code, message, hint };
  }
}

parentPort?.postMessage(told(workerData as Pasted)); // given by `decodePasted`, which alone starts this file
