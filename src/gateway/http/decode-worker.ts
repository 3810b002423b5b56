/** Explains pasted frames in a thread of its own: a long paste takes a second, in which lines want to be heard. */
import { parentPort, workerData } from 'node:worker_threads';
import { isFamily } from '../../core/catalog.ts';
import { explainPasted } from '../../core/explain-pasted.ts';
import { faultOf } from '../../core/fault.ts';
import type { ApiFrame } from '../../core/site/api.ts';
import { catalog } from '../../devices/index.ts';
import type { Pasted, Told } from './decode-thread.ts';

function explained({ text, device }: Pasted): ApiFrame[] {
  const entry = device === undefined ? undefined : catalog.find(device);
  const devices = entry === undefined ? catalog.devices : isFamily(entry) ? entry.members : [entry];
  return explainPasted(text, devices);
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
