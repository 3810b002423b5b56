import type { Clock } from './clock.ts';

/** What Node and browsers have alike to tell the time by. */
export interface Timers<T> {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly date: () => number;
  /** Calls back once after so many milliseconds, at most `LONGEST_TIMEOUT`. */
  readonly set: (call: () => void, milliseconds: number) => T;
  readonly clear: (timer: T) => void;
}

/** The longest delay that `setTimeout` takes; beyond it fires at once (it keeps the delay in 32 bits, signed). */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * Delays from so many milliseconds on may share a timer, and may so end up to `GRAIN` milliseconds late: periods and the
 * patience with an answer. What is shorter paces bytes on a wire and is exact.
 */
const SHARED_FROM = 500;
const GRAIN = 8;

/**
 * The machine's own time. Delays may be longer than `setTimeout` allows (24.8 days), and a timer never fires before its
 * time, which `setTimeout` alone does by up to a millisecond. Long delays that end close together share one timer:
 * thousands of lines wait for their next second and for answers, and what they then do in one go costs less.
 */
export function timerClock<T>(timers: Timers<T>): Clock {
  const { now, date } = timers;
  const groups = new Map<number, Group<T>>();
  return {
    now,
    date,
    after(milliseconds, call) {
      if (!(milliseconds >= SHARED_FROM)) {
        const alarm = new Alarm(timers, now() + Math.max(0, milliseconds), call);
        return () => alarm.cancel();
      }
      const key = Math.ceil((now() + milliseconds) / GRAIN);
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = new Group(timers, groups, key)));
      return group.add(call);
    },
  };
}

/** One timer of the machine's, set anew until its time has truly come. */
class Alarm<T> {
  private readonly timers: Timers<T>;
  private readonly due: number;
  private readonly call: () => void;
  private readonly wake = (): void => {
    if (this.timers.now() >= this.due) this.call();
    else this.timer = this.set();
  };
  private timer: T;

  constructor(timers: Timers<T>, due: number, call: () => void) {
    this.timers = timers;
    this.due = due;
    this.call = call;
    this.timer = this.set();
  }

  cancel(): void {
    this.timers.clear(this.timer);
  }

  private set(): T {
    const left = Math.max(0, Math.ceil(this.due - this.timers.now()));
    return this.timers.set(this.wake, Math.min(left, LONGEST_TIMEOUT));
  }
}

/** Those whose delays end within the same few milliseconds. */
class Group<T> {
  private readonly timers: Timers<T>;
  private readonly among: Map<number, Group<T>>;
  private readonly key: number;
  private readonly alarm: Alarm<T>;
  private readonly calls = new Set<{ readonly call: () => void }>();

  constructor(timers: Timers<T>, among: Map<number, Group<T>>, key: number) {
    this.timers = timers;
    this.among = among;
    this.key = key;
    this.alarm = new Alarm(timers, key * GRAIN, () => this.ring());
  }

  /** @returns what cancels it */
  add(call: () => void): () => void {
    const one = { call }; // the same function may be added twice
    this.calls.add(one);
    return () => this.remove(one);
  }

  private remove(one: { readonly call: () => void }): void {
    if (!this.calls.delete(one) || this.calls.size > 0) return;
    this.among.delete(this.key);
    this.alarm.cancel();
  }

  private ring(): void {
    this.among.delete(this.key);
    // Who is cancelled by an earlier one is out of the set before his turn.
    for (const one of this.calls) {
      this.calls.delete(one);
      try {
        one.call();
      } catch (error) {
        // As with timers of their own: it is nobody's fault but his.
        this.timers.set(() => {
          throw error;
        }, 0);
      }
    }
  }
}
