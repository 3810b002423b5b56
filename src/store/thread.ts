import { Worker } from 'node:worker_threads';
import type { SiteEvent } from '../core/index.ts';
import { Fault } from '../core/fault.ts';
import type { CallName, Calls, Opening, Reply, SentFault } from './messages.ts';

/** The thread of a database, seen from outside. */
export interface Thread {
  /** Highest sequence there was at the start. */
  readonly newest: number;
  call<Name extends CallName>(name: Name, input: Calls[Name]['in']): Promise<Calls[Name]['out']>;
  /** Lets the thread end by itself after `close` was answered. */
  ended(): Promise<void>;
}

/** Runs the file beside this one: as TypeScript from the sources, as JavaScript from the package. */
const FILE = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (fault: Fault) => void;
}

/** Starts the thread of a database; rejects with the fault that opening met. */
export function startThread(opening: Opening, report: (event: SiteEvent) => void): Promise<Thread> {
  const worker = new Worker(FILE, { workerData: opening });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let gone: Fault | undefined;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
  });

  const settle = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    waiting.delete(id);
    // While nobody waits for an answer, the thread does not keep the process alive.
    if (waiting.size === 0) worker.unref();
    return one;
  };

  return new Promise((resolve, reject) => {
    const end = (fault: Fault): void => {
      gone ??= fault;
      reject(gone);
      for (const id of [...waiting.keys()]) settle(id)?.reject(gone);
    };
    worker.once('error', (error) => {
      end(new Fault('output', `the thread of the database ended: ${String(error)}`, { cause: error }));
    });
    worker.once('exit', () => {
      end(new Fault('output', 'the database is closed'));
    });
    worker.on('message', (reply: Reply) => {
      if (reply.what === 'answer') settle(reply.id)?.resolve(reply.output);
      else if (reply.what === 'fault') settle(reply.id)?.reject(received(reply.fault));
      else if (reply.what === 'event') report(reply.event);
      else if (reply.what === 'refused') reject(received(reply.fault));
      else resolve({ newest: reply.newest, call, ended });
    });

    const ended = (): Promise<void> => {
      if (gone === undefined) worker.ref();
      return exited;
    };

    const call: Thread['call'] = (name, input) =>
      new Promise((answer, refuse) => {
        if (gone !== undefined) {
          refuse(gone);
          return;
        }
        const id = ++calls;
        // What comes back under this number is the output of this call.
        waiting.set(id, { resolve: answer as (output: unknown) => void, reject: refuse });
        worker.ref();
        worker.postMessage({ id, name, input });
      });
  });
}

function received({ code, message, hint }: SentFault): Fault {
  return new Fault(code, message, hint === undefined ? {} : { hint });
}
