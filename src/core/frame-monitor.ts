/** Bytes that went one way without a longer pause, as they are shown while a line is watched. */
export interface Utterance {
  /** Counts up from 1 for each line, so that a screen can ask for what came after. */
  readonly number: number;
  /** Calendar time of the first byte, milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** `>`: sent by us; `<`: heard. */
  readonly direction: '>' | '<';
  readonly bytes: Uint8Array;
  /** Milliseconds from the end of the utterance before to the first byte of this one. */
  readonly pause: number;
}

/** The last utterances on a line, and whoever watches for new ones. */
export interface FrameMonitor {
  /** Takes what the line carries; the bytes are copied. */
  readonly note: (direction: '>' | '<', bytes: Uint8Array) => void;
  /** What is kept, oldest first. */
  readonly recent: () => readonly Utterance[];
  /** Calls back with each utterance when it is over; the returned function ends it. */
  readonly watch: (listener: (utterance: Utterance) => void) => () => void;
}

/** Most utterances and bytes kept for each line: some minutes of a shunt, a round or two of a large rack. */
const KEPT = 256;
const ROOM = 16_384;
/** Longest utterance in bytes; what is longer becomes several. */
const LONGEST = 2_048;
/** Milliseconds of silence that end an utterance. */
const PAUSE = 40;

/** Places for utterances: those kept, and the one that still goes on. */
const PLACES = KEPT + 1;
/** What is noted of an utterance: its bytes are `[START, END)`, counted over all bytes ever noted. */
const [AT, PAUSE_BEFORE, IS_SENT, START, END, WIDTH] = [0, 1, 2, 3, 4, 5];

/**
 * A monitor that costs little while nobody watches, since there is one for each of perhaps thousands of lines: bytes are
 * copied into a ring, and utterances are made of them only for whoever asks.
 * @param clock milliseconds that never go back, and calendar time
 */
export function frameMonitor(clock: {
  readonly now: () => number;
  readonly date: () => number;
}): FrameMonitor {
  const watchers = new Set<(utterance: Utterance) => void>();
  // Numbers in one block: an object for each utterance would live just long enough to be costly to collect.
  let ring: Uint8Array | undefined;
  let entries = new Float64Array(0);
  let written = 0;
  /** Number of the newest utterance; whether it still goes on. */
  let newest = 0;
  let open = false;
  let lastByte = clock.now();

  const placeOf = (number: number): number => (number % PLACES) * WIDTH;
  const noted = (number: number, what: number): number => entries[placeOf(number) + what] ?? 0;

  const utterance = (number: number): Utterance => {
    const [start, end] = [noted(number, START), noted(number, END)];
    const bytes = new Uint8Array(end - start);
    for (let index = start; index < end; index++) bytes[index - start] = ring?.[index % ROOM] ?? 0;
    return {
      number,
      at: noted(number, AT),
      direction: noted(number, IS_SENT) === 1 ? '>' : '<',
      bytes,
      pause: noted(number, PAUSE_BEFORE),
    };
  };

  const finish = (): void => {
    if (!open) return;
    open = false;
    if (watchers.size === 0) return;
    const shown = utterance(newest);
    for (const watcher of [...watchers]) watcher(shown);
  };

  const begin = (isSent: number, pause: number): void => {
    open = true;
    if (entries.length === 0) entries = new Float64Array(PLACES * WIDTH);
    const place = placeOf(++newest);
    entries[place + AT] = clock.date();
    entries[place + PAUSE_BEFORE] = Math.round(pause);
    entries[place + IS_SENT] = isSent;
    entries[place + START] = written;
  };

  return {
    note: (direction, bytes) => {
      const now = clock.now();
      const pause = now - lastByte;
      const isSent = direction === '>' ? 1 : 0;
      if (
        open &&
        (noted(newest, IS_SENT) !== isSent || pause > PAUSE || written - noted(newest, START) >= LONGEST)
      ) {
        finish();
      }
      if (!open) begin(isSent, pause);
      ring ??= new Uint8Array(ROOM);
      const at = written % ROOM;
      if (at + bytes.length <= ROOM) ring.set(bytes, at);
      else for (const [index, byte] of bytes.entries()) ring[(at + index) % ROOM] = byte;
      written += bytes.length;
      entries[placeOf(newest) + END] = written;
      lastByte = now;
    },
    recent: () => {
      // What is still coming is shown with the next call, unless the line fell silent behind it.
      if (clock.now() - lastByte > PAUSE) finish();
      const last = open ? newest - 1 : newest;
      const shown: Utterance[] = [];
      for (let number = Math.max(1, last - KEPT + 1); number <= last; number++)
        if (noted(number, START) >= written - ROOM) shown.push(utterance(number));
      return shown;
    },
    watch: (listener) => {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
}
