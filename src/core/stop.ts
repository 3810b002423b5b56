/**
 * What can be told to stop: an `AbortSignal`, or several taken together. Work on a line asks and listens for it several
 * times a request, and a true `AbortSignal` costs more than all the rest of a request; so what we make ourselves is
 * lighter.
 */
export type Stop = AbortSignal | JoinedStop;

/** Two stops taken together. */
export interface JoinedStop {
  readonly aborted: boolean;
  /** As `onStop`, of which it is the inside. */
  readonly onStop: (call: () => void) => () => void;
}

/** Those who wait for a signal: one listener at the source, however many they are. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when the source stops; the returned function ends that. A source that has stopped calls nobody. */
export function onStop(source: Stop, call: () => void): () => void {
  if ('onStop' in source) return source.onStop(call);
  let calls = waiting.get(source);
  if (calls === undefined) {
    const all = new Set<() => void>();
    source.addEventListener('abort', () => {
      for (const one of [...all]) one();
      all.clear();
    });
    waiting.set(source, all);
    calls = all;
  }
  const all = calls;
  all.add(call);
  return () => all.delete(call);
}

/** Stops with the first of two. `forget` ends that, where both live on. */
export function firstOf(
  one: Stop | undefined,
  other: Stop,
): { readonly stop: Stop; readonly forget: () => void } {
  if (one === undefined || one === other) return { stop: other, forget: () => undefined };
  // One is made for every request and has a listener or two at a time: a list is lighter than a set.
  let calls: (() => void)[] = [];
  const tell = (): void => {
    const all = calls;
    calls = [];
    for (const call of all) call();
  };
  const forgetOne = onStop(one, tell);
  const forgetOther = onStop(other, tell);
  return {
    stop: {
      get aborted() {
        return one.aborted || other.aborted;
      },
      onStop: (call) => {
        calls.push(call);
        return () => {
          const index = calls.indexOf(call);
          if (index >= 0) calls.splice(index, 1);
        };
      },
    },
    forget: () => {
      forgetOne();
      forgetOther();
    },
  };
}
