import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode } from '../../core/fault.ts';
import type { ApiFrame } from '../../core/site/api.ts';

/** What is to be explained. */
export interface Pasted {
  readonly text: string;
  /** Id of a device or family; undefined: it is guessed. */
  readonly device: string | undefined;
}

/** What the thread says: the frames, or the fault. */
export type Told =
  | { readonly frames: readonly ApiFrame[] }
  | { readonly code: FaultCode; readonly message: string; readonly hint: string | undefined };

/** Runs the file beside this one: as TypeScript from the sources, as JavaScript from the package. */
const FILE = new URL(
  import.meta.url.endsWith('.ts') ? './decode-worker.ts' : './decode-worker.js',
  import.meta.url,
);

/** One paste after the other, since each takes a thread and its memory. */
let busy: Promise<unknown> = Promise.resolve();

/** Explains pasted frames in a thread. Rejects with the fault of a text that is not understood, and with `cancelled` at the signal. */
export function decodePasted(pasted: Pasted, signal: AbortSignal): Promise<readonly ApiFrame[]> {
  const result = busy.then(() => run(pasted, signal));
  busy = result.catch(() => undefined);
  return result;
}

function run(pasted: Pasted, signal: AbortSignal): Promise<readonly ApiFrame[]> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Fault('cancelled', 'cancelled'));
      return;
    }
    const worker = new Worker(FILE, { workerData: pasted });
    const stop = (): void => {
      reject(new Fault('cancelled', 'cancelled'));
      void worker.terminate();
    };
    signal.addEventListener('abort', stop);
    worker.once('message', (told: Told) => {
      if ('frames' in told) resolve(told.frames);
      else reject(new Fault(told.code, told.message, told.hint === undefined ? {} : { hint: told.hint }));
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop);
      reject(new Error('the thread that explains frames ended without a word'));
    });
  });
}
