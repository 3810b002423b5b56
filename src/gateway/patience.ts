import type { Clock } from '../core/clock.ts';

/** Waits for something, but no longer than so many milliseconds; says whether it is over. Never rejects. */
export function patience(clock: Clock, milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(milliseconds, () => resolve(false));
    const over = (): void => {
      cancel();
      resolve(true);
    };
    work.then(over, over);
  });
}
