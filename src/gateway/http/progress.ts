import type { ApiError } from '../../core/site/api.ts';
import { type Audience, comment, event, listener } from './event-stream.ts';
import { refusalOf } from './failure.ts';

/** Something that says how it goes while it goes on. */
export interface Work<E extends { readonly what: string }> {
  /** Tells; a `passing` step is left out for somebody too slow to hear it. */
  readonly tell: (step: E, passing?: boolean) => void;
  /** Aborts when whoever waits for it has gone. */
  readonly signal: AbortSignal;
}

/**
 * Does some work and tells how it goes as events, named after `what`; a failure is an event `error`. Whoever closes the
 * connection cancels the work.
 */
export function progressStream<E extends { readonly what: string }>(
  audience: Audience,
  json: (step: E | ({ readonly what: 'error' } & ApiError)) => string,
  onError: (error: unknown) => void,
  work: (of: Work<E>) => Promise<void>,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const one = listener(
    () => comment('still here'),
    () => {
      audience.remove(one);
      gone.abort();
    },
  );
  // What must not be lost waits here while the listener is too slow; steps that pass do not.
  const tell = (step: Parameters<typeof json>[0], passing = false): void => {
    if (!passing || one.room() > 0) one.push(event(step.what, json(step)));
  };
  audience.add(one);
  void work({ tell, signal: gone.signal })
    .catch((error: unknown) => {
      if (gone.signal.aborted) return;
      const refusal = refusalOf(error);
      if (refusal === undefined) onError(error);
      tell({ what: 'error', ...(refusal?.document ?? { code: 'internal', message: 'this failed' }) });
    })
    .finally(() => one.end());
  return one.stream;
}
