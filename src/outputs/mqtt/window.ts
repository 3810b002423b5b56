/** Lets so many through at a time, in the order in which they came. */
export interface Window {
  /** Resolves when there is room; `leave` gives it back. Rejects when the window is shut. */
  readonly enter: () => Promise<void>;
  readonly leave: () => void;
  /** Everyone who waits, and everyone who comes, gets this error. */
  readonly shut: (error: Error) => void;
}

/** @param size how many, at least 1 */
export function window(size: number): Window {
  let inside = 0;
  let shut: Error | undefined;
  const waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  let first = 0;
  return {
    enter: () =>
      new Promise((resolve, reject) => {
        if (shut !== undefined) reject(shut);
        else if (inside < size) {
          inside++;
          resolve();
        } else waiting.push({ resolve, reject });
      }),
    leave: () => {
      const next = waiting[first];
      if (next === undefined) {
        inside--;
        return;
      }
      first++;
      // Taking from the front of a long array each time costs its length.
      if (first === waiting.length) {
        waiting.length = 0;
        first = 0;
      }
      next.resolve();
    },
    shut: (error) => {
      shut = error;
      for (const { reject } of waiting.splice(0).slice(first)) reject(error);
      first = 0;
    },
  };
}
