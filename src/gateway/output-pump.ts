import { type Clock, sleep } from '../core/clock.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Entry, Logger, Output } from '../core/site/index.ts';
import type { Thinner } from '../site/thin.ts';
import type { Store } from '../store/index.ts';
import type { OutputStatus } from './gateway.ts';
import { patience } from './patience.ts';

/** What a pump needs of the journal. */
export type PumpJournal = Pick<Store, 'read' | 'newest' | 'cursor' | 'advance' | 'quarantine'>;

/** What a pump works with. */
export interface PumpOptions {
  readonly name: string;
  readonly type: string;
  readonly output: Output;
  readonly journal: PumpJournal;
  /** Chooses what is sent. */
  readonly thin: Thinner;
  /** Milliseconds after which a reading is not worth sending any more; absent: none is dropped. */
  readonly maxAge?: number;
  /** Members whose values it wants; absent: all. */
  readonly members?: readonly string[];
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Told when entries were set aside. */
  readonly onQuarantine: (count: number, why: string) => void;
}

/** Moves the journal into one output, whatever the others do. */
export interface Pump {
  readonly status: () => OutputStatus;
  /** New entries are there. */
  readonly wake: () => void;
  /** How the output says its connection stands. */
  readonly trouble: (text: string | undefined) => void;
  /** Breaks off the delivery under way and lets the output say goodbye; waits some seconds at most. Never rejects. */
  readonly close: () => Promise<void>;
}

/** Entries read at a time where the output does not say. */
const BATCH = 500;
/** First pause after a failure and the longest, in milliseconds; in between it doubles. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 300_000;
/** Milliseconds between two looks for intervals that ended, while nothing comes. */
const IDLE = 1_000;
/** Milliseconds between two places to which it can go back when its receiver forgot what it had taken. */
const MARK = 1_000;
/** Milliseconds that one delivery may take. */
const DELIVERY = 60_000;
/** Milliseconds that the end may take: first of the work with the journal, whose disk may be full, then of the goodbye. */
const ENDING = 1_000;
const GOODBYE = 2_000;

/** Starts moving. An output that is new begins with what comes from now on. */
export function startPump(options: PumpOptions): Pump {
  const { name, type, output, journal, thin, clock, log } = options;
  const closing = new AbortController();
  const limit = output.batch ?? BATCH;
  let position = journal.newest();
  let oldest: number | undefined;
  let delivered = 0;
  let quarantined = 0;
  let failures = 0;
  let trouble: OutputStatus['trouble'];
  let nextAttempt: number | undefined;
  let wake = (): void => undefined;
  /** Up to here all is sent or left out, and from here it can be read again; behind `position` after going back. */
  let safe = position;
  /** Where the deliveries began that it took in the `forgets` before the last one, and when it had taken them. */
  let marks: readonly { readonly at: number; readonly from: number }[] = [];
  /** From here on the receiver may have forgotten what it took. */
  let doubtful: number | undefined;
  let incidents = 0;

  const isClosing = (): boolean => closing.signal.aborted;

  const failed = (fault: Fault): void => {
    if (trouble?.message !== fault.message) log.warn(`${name}: ${fault.message}`);
    trouble = { code: fault.code, message: fault.message, at: clock.date() };
    incidents++;
    // However late the failure shows: it went away after the last delivery that it took.
    if (marks.length > 0) doubtful = Math.min(doubtful ?? Infinity, ...marks.map(({ from }) => from));
  };

  const succeeded = (from: number): void => {
    const now = clock.now();
    if (output.forgets === undefined || now - (marks.at(-1)?.at ?? -Infinity) < MARK) return;
    const since = now - output.forgets - MARK;
    marks = [...marks.filter(({ at }) => at >= since), { at: now, from }];
  };

  /** Entries that are still worth sending; events always are. */
  const wanted = (entries: readonly Entry[]): readonly Entry[] => {
    const { maxAge } = options;
    if (maxAge === undefined) return entries;
    const since = clock.date() - maxAge;
    return entries.filter((entry) => entry.what === 'event' || entry.snapshot.at >= since);
  };

  /** Delivers; a batch that is refused is halved until the entry is found that nobody takes. */
  const deliver = async (
    deliverTo: NonNullable<Output['deliver']>,
    entries: readonly Entry[],
  ): Promise<void> => {
    if (entries.length === 0) return;
    try {
      await limited(clock, closing.signal, (signal) => deliverTo(entries, signal));
      delivered += entries.length;
    } catch (error) {
      const fault = faultOf(error, 'output');
      if (fault.code !== 'refused') throw fault;
      const [only] = entries;
      if (entries.length === 1 && only !== undefined) {
        await journal.quarantine(name, only, fault.message);
        quarantined++;
        options.onQuarantine(1, fault.message);
        log.warn(`${name} refuses entry ${only.sequence}, which was set aside: ${fault.message}`);
        return;
      }
      const middle = entries.length >> 1;
      await deliver(deliverTo, entries.slice(0, middle));
      await deliver(deliverTo, entries.slice(middle));
    }
  };

  const run = async (deliverTo: NonNullable<Output['deliver']>): Promise<void> => {
    position = safe = await journal.cursor(name);
    let read = position;
    const goBack = (to: number): void => {
      read = safe = to;
      thin.rewind();
    };
    const filter = options.members === undefined ? {} : { members: options.members };
    while (!isClosing()) {
      try {
        const seen = incidents;
        if (doubtful !== undefined) goBack(Math.min(doubtful, safe));
        const entries = await journal.read(read, limit, filter);
        const last = entries.at(-1);
        // Where nothing came, an interval may have ended all the same.
        const { entries: send, upTo } =
          last === undefined ? thin.close(clock.date()) : thin.take(wanted(entries));
        oldest = momentOf(entries[0] ?? send[0]);
        await deliver(deliverTo, send);
        if (send.length > 0) succeeded(safe);
        if (seen === incidents) doubtful = undefined;
        read = last?.sequence ?? read;
        safe = Math.max(safe, upTo);
        if (upTo > position) {
          await journal.advance(name, upTo);
          position = upTo;
        }
        failures = 0;
        trouble = undefined;
        if (last === undefined) {
          oldest = undefined;
          await asleep(IDLE);
        }
      } catch (error) {
        if (isClosing()) return;
        failed(faultOf(error, 'output'));
        // What was held back for a mean is read again with the rest.
        goBack(safe);
        const pause = Math.min(LONGEST_PAUSE, PAUSE * 2 ** failures++) * (0.75 + options.random() / 2);
        nextAttempt = clock.date() + pause;
        await asleep(pause);
        nextAttempt = undefined;
      }
    }
  };

  /** Waits so many milliseconds, or until `wake`. */
  const asleep = async (milliseconds: number): Promise<void> => {
    const woken = new AbortController();
    const done = (): void => woken.abort();
    wake = done;
    closing.signal.addEventListener('abort', done);
    if (isClosing()) done();
    await sleep(clock, milliseconds, woken.signal);
    closing.signal.removeEventListener('abort', done);
    wake = () => undefined;
  };

  const work = output.deliver === undefined ? Promise.resolve() : run(output.deliver.bind(output));
  const worked = work.catch((error: unknown) => {
    // Only the journal itself can fail here, which reports for itself.
    failed(faultOf(error, 'output'));
  });

  return {
    status: () => ({
      name,
      type,
      state: trouble === undefined ? (oldest === undefined ? 'waiting' : 'delivering') : 'failing',
      backlog: output.deliver === undefined ? 0 : Math.max(0, journal.newest() - position),
      delivered,
      quarantined,
      ...(oldest === undefined ? {} : { oldest }),
      ...(trouble === undefined ? {} : { trouble }),
      ...(nextAttempt === undefined ? {} : { nextAttempt }),
    }),
    wake: () => {
      // New entries are no reason to try a receiver again that is away.
      if (nextAttempt === undefined) wake();
    },
    trouble: (text) => {
      if (text !== undefined) {
        failed(new Fault('output', text));
        return;
      }
      // It is back: what waits is tried at once.
      failures = 0;
      trouble = undefined;
      wake();
    },
    close: async () => {
      closing.abort();
      await patience(clock, ENDING, worked);
      if (!(await patience(clock, GOODBYE, output.close())))
        log.warn(`${name} does not end, and is left alone`);
    },
  };
}

/** Gives a delivery its time, and ends it with the pump. */
async function limited<R>(
  clock: Clock,
  closing: AbortSignal,
  act: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const over = new AbortController();
  let late = false;
  const stop = (): void => over.abort();
  const cancel = clock.after(DELIVERY, () => {
    late = true;
    stop();
  });
  closing.addEventListener('abort', stop);
  const ended = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () =>
      reject(
        late
          ? new Fault('output', `the receiver did not answer within ${DELIVERY / 1000} s`)
          : new Fault('cancelled', 'the gateway is being closed'),
      ),
    );
  });
  try {
    return await Promise.race([act(over.signal), ended]);
  } finally {
    cancel();
    closing.removeEventListener('abort', stop);
  }
}

const momentOf = (entry: Entry | undefined): number | undefined =>
  entry === undefined ? undefined : entry.what === 'snapshot' ? entry.snapshot.at : entry.event.at;
