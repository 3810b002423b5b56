import { characterTime, type Line } from '../line.ts';

/** How a device likes to be talked to. All in milliseconds but `attempts`. */
export interface Timing {
  /** Silence kept on the line before we speak: what RS485 drivers and slow masters need to turn around. */
  readonly turnaround: number;
  /** Longest silence inside one answer; a longer one ends it. */
  readonly gap: number;
  /** Longest wait for the first byte of an answer, from the end of sending. */
  readonly response: number;
  /** How often a request is made before its fault is believed; 1 or more. */
  readonly attempts: number;
}

/**
 * Defaults that follow from the line: 3.5 characters and at least 20 ms between talkers, 10 characters and at
 * least 30 ms inside an answer (a USB adapter holds bytes back for up to 16 ms), half a second to answer.
 */
export function timingFor(line: Line, wanted: Partial<Timing> = {}): Timing {
  const character = characterTime(line);
  return {
    turnaround: wanted.turnaround ?? Math.max(20, 3.5 * character),
    gap: wanted.gap ?? Math.max(30, 10 * character),
    response: wanted.response ?? 500,
    attempts: wanted.attempts ?? 3,
  };
}
