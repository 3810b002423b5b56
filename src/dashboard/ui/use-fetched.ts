import { useCallback, useEffect, useState } from 'preact/hooks';
import { get } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';

/** A document that is fetched when a screen opens, and again and again if wanted. */
export interface Fetched<T> {
  /** The last one that came; kept while a later attempt fails. */
  readonly value: T | undefined;
  /** Why the last attempt failed. */
  readonly failure: Failure | undefined;
  readonly again: () => void;
}

/**
 * @param path of the document; undefined: nothing is fetched yet
 * @param every milliseconds between two attempts while the page is visible; undefined: once
 */
export function useFetched<T>(path: string | undefined, every?: number): Fetched<T> {
  const [got, setGot] = useState<{ readonly path: string; readonly value: T }>();
  const [failure, setFailure] = useState<Failure>();
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((count) => count + 1), []);

  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    const load = (): void => {
      get<T>(path, abort.signal).then(
        (value) => {
          setGot({ path, value });
          setFailure(undefined);
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setFailure(failureOf(error));
        },
      );
    };
    load();
    const timer =
      every === undefined
        ? undefined
        : setInterval(() => {
            if (document.visibilityState === 'visible') load();
          }, every);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [path, every, round]);

  // What belongs to another path is not what was asked for.
  return { value: got?.path === path ? got?.value : undefined, failure, again };
}
