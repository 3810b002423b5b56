import type { Clock } from '../core/clock.ts';

/** The longest delay that `setTimeout` takes; beyond it fires at once (it keeps the delay in 32 bits, signed). */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * The machine's own time. Delays may be longer than `setTimeout` allows (24.8 days), and a timer never fires
 * before its time, which `setTimeout` alone does by up to a millisecond.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(milliseconds, call) {
    const due = performance.now() + Math.max(0, milliseconds);
    let timer = setTimeout(wake, Math.min(Math.max(0, milliseconds), LONGEST_TIMEOUT));
    function wake(): void {
      const left = due - performance.now();
      if (left <= 0) call();
      else timer = setTimeout(wake, Math.min(Math.ceil(left), LONGEST_TIMEOUT));
    }
    return () => {
      clearTimeout(timer);
    };
  },
};
