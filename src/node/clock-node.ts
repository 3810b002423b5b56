import type { Clock } from '../core/clock.ts';
import { timerClock } from '../core/timer-clock.ts';

/** The machine's own time. */
export const systemClock: Clock = timerClock({
  now: () => performance.now(),
  date: () => Date.now(),
  set: (call, milliseconds) => setTimeout(call, milliseconds),
  clear: (timer) => clearTimeout(timer),
});
