import type { Clock } from '../core/clock.ts';
import { timerClock } from '../core/timer-clock.ts';

/** The browser's time. In a tab that nobody looks at, browsers let timers come late, by up to a minute. */
export const browserClock: Clock = timerClock({
  now: () => performance.now(),
  date: () => Date.now(),
  set: (call, milliseconds) => setTimeout(call, milliseconds),
  clear: (timer) => clearTimeout(timer),
});
