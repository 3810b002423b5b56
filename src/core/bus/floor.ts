import type { Clock } from '../clock.ts';
import { characterTime, type Line } from '../line.ts';
import type { Stop } from '../stop.ts';
import type { HealthBook } from './health.ts';
import type { Tap } from './tap.ts';
import type { Timing } from './timing.ts';

/** What all dialogues on one bus have in common. */
export interface Room {
  readonly clock: Clock;
  /** Settings in force; steps change them. */
  readonly line: { current: Line };
  /** What the link adds to the first byte and between chunks, in milliseconds. */
  readonly latency: number;
  readonly gap: number;
  readonly health: HealthBook;
  /** Told when something of ours is put on the line, or was heard on it. */
  readonly activity: { lastSpoken: number };
  /** Told of the bytes that are sent. */
  readonly onBytes: (direction: '>', bytes: Uint8Array) => void;
  readonly echo: { seen: boolean };
}

/** Where and how one exchange is carried out. */
export interface Floor {
  readonly room: Room;
  readonly tap: Tap;
  readonly timing: Timing;
  /** Whose turnaround is noted. Absent for listen-only work, where a step that would send is a `config` fault. */
  readonly device: string | undefined;
  readonly signal: Stop;
}

/** Milliseconds of silence that end an answer. */
export function gapOf({ timing, room }: Floor): number {
  return timing.gap + room.gap;
}

/** When so many bytes have left the line that began to be sent at an instant, as far as we can know. */
export function sentAt(began: number, bytes: number, { clock, line }: Room): number {
  // A write resolves when the system took the bytes; a converter still needs the wire time.
  return Math.max(clock.now(), began + bytes * characterTime(line.current));
}
