import type { Fault } from './fault.ts';
import type { Framing } from './framing.ts';
import type { Line } from './line.ts';

/**
 * A dialogue with a device, written as a generator that does no I/O: it yields steps, whoever runs it gives back
 * what the step brought, or throws the fault at the yield. The same exchange therefore runs on a real bus, in the
 * browser, against a simulator in virtual time, and in a test that feeds it from an array. A retry is a fresh
 * generator, so there is no half-finished state.
 */
export type Exchange<R> = Generator<Step, R, unknown>;

/** What is done with a frame that arrives while an exchange listens. */
export type Judgement =
  /** It is the answer. */
  | 'take'
  /** It is somebody else's; keep listening. */
  | 'skip'
  /** It is the answer, and it says no, or it cannot be believed. */
  | Fault;

/** Waiting for one frame. */
export interface Listen<F> {
  /** What is awaited, in words, for faults: `r50 from address 1`. */
  readonly what: string;
  readonly framing: Framing<F>;
  /** Judges each frame heard. */
  readonly accept: (frame: F) => Judgement;
  /** Milliseconds to the first byte of the answer, from the end of sending; absent: the device's response time. */
  readonly timeout?: number;
  /** Says what silence, or what was heard instead, probably means. */
  readonly diagnose?: (heard: {
    readonly others: readonly F[];
    readonly bytes: number;
    readonly noise: number;
  }) => string;
}

/** One step of an exchange. */
export type Step =
  /** Sends, then listens, with the turnaround of the device before it. Brings the frame taken. */
  | ({ readonly do: 'ask'; readonly bytes: Uint8Array } & Listen<unknown>)
  /** Listens without sending. Brings the frame taken. */
  | ({ readonly do: 'listen' } & Listen<unknown>)
  /** Sends without expecting anything. Brings nothing. */
  | { readonly do: 'say'; readonly bytes: Uint8Array }
  /** Changes baud rate and format. Brings nothing. */
  | { readonly do: 'line'; readonly line: Line }
  /** Keeps the line quiet for so many milliseconds. Brings nothing. */
  | { readonly do: 'quiet'; readonly milliseconds: number };

/** A question that is made once and asked again and again, as the same few are by every poller. */
export type Question<F> = Listen<F> & { readonly do: 'ask'; readonly bytes: Uint8Array };

/** Asks and returns the frame that was taken. Use as `const frame = yield* ask({...})`. */
export function* ask<F>(step: Question<F> | (Listen<F> & { readonly bytes: Uint8Array })): Exchange<F> {
  const question = 'do' in step ? step : { do: 'ask', ...step };
  return (yield question as Question<unknown>) as F; // the runner gives what `accept` took
}

/** Listens and returns the frame that was taken. */
export function* listen<F>(step: Listen<F>): Exchange<F> {
  return (yield { do: 'listen', ...(step as Listen<unknown>) }) as F; // the runner gives what `accept` took
}

/** Sends bytes to which nobody answers. */
export function* say(bytes: Uint8Array): Exchange<void> {
  yield { do: 'say', bytes };
}
