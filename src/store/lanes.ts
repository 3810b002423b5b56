import type { Sample } from './bucket.ts';
import { SPAN } from './chunk.ts';
import type { Chunks } from './chunks.ts';
import type { Connection } from './connection.ts';
import { archiveSource, type Dictionary, liveSource, type Stream } from './streams.ts';

/** Where the live entries of a group go on in another lane. */
export interface Seam {
  /** Of the first entry after it. */
  readonly sequence: number;
  /** The lane that goes on here, from this time on. */
  readonly stream: number;
  readonly at: number;
  /** The lane that the entry before it is in, and the time of that entry. */
  readonly origin: number;
  readonly until: number;
}

/**
 * The lanes of groups. Everything that is counted and condensed goes by time, and in the order of time live entries come:
 * except when the calendar of the computer is set back. There the group goes on in another lane, as if it were another
 * group, and a seam notes what went before: the first growth of a counter behind it is counted from there, so that
 * growth is counted in the order in which readings came, and stands under the times that they bear.
 *
 * A lane is taken up again when its last entry lies in an earlier hour than the one that looks for a lane. So there are
 * as many lanes as there are times that one hour was lived through, and no hour of a lane has a seam in its middle.
 */
export interface Lanes {
  /** The lane of a live entry that is about to be written, made where there is none. Within a transaction of the caller. */
  liveFor(group: Stream, at: number, sequence: number): Stream;
  /** The lane of an archive entry: the one that was in use last of those that had begun by then. */
  archiveFor(group: Stream, at: number): Stream;
  /** The lane that live entries go into. */
  current(group: Stream): Stream;
  /** The last seam of a lane with `after` < time ≤ `at`. */
  seam(stream: Stream, after: number, at: number): Seam | undefined;
  /** The first seam of a lane after an instant; the hour in which it lies. Infinity: there is none. */
  hourOfNext(stream: Stream, after: number): number;
  /** The sample of a counter before a seam. */
  across(seam: Seam, path: string): Sample | undefined;
  /** Forgets what is held in memory: after a transaction that failed. */
  reload(): void;
}

/** What lanes are found with. */
export interface LaneParts {
  readonly connection: Connection;
  readonly words: Dictionary;
  readonly chunks: Chunks;
}

const hourOf = (at: number): number => Math.floor(at / SPAN.hour) * SPAN.hour;

/** Place of the first of some seams after an instant: a clock that is set back every hour makes thousands. */
function placeAfter(seams: readonly Seam[], at: number): number {
  let [low, high] = [0, seams.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seams[middle]?.at ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The lanes of a database. */
export function lanesOf({ connection, words, chunks }: LaneParts): Lanes {
  /** Seams by lane, in the order of time and of arrival, which is the same within a lane. */
  const seams = new Map<number, Seam[]>();
  /** Where each group is, by the id of its first lane. */
  const heads = new Map<number, { lane: Stream; at: number }>();

  const load = (): void => {
    seams.clear();
    heads.clear();
    for (const seam of connection.all<Seam>('select * from seam order by sequence')) add(seam);
  };
  const add = (seam: Seam): void => {
    const own = seams.get(seam.stream);
    if (own === undefined) seams.set(seam.stream, [seam]);
    else own.push(seam);
  };
  load();

  /** Seams of a group, the newest first. */
  const seamsOf = (group: Stream): Seam[] =>
    words
      .lanes(group)
      .flatMap(({ id }) => seams.get(id) ?? [])
      .sort((one, other) => other.sequence - one.sequence);

  const headOf = (group: Stream): { lane: Stream; at: number } => {
    let head = heads.get(group.id);
    if (head === undefined) {
      const [last] = seamsOf(group);
      const lane = (last && words.stream(last.stream)) ?? group;
      // Where all live entries are deleted for their age, none of them was later than that.
      head = { lane, at: words.lastLive(lane) ?? lane.pruned ?? -Infinity };
      heads.set(group.id, head);
    }
    return head;
  };

  /** Whether nothing of a lane lies in the hour of an instant, or behind it. */
  const isBehind = (lane: Stream, at: number): boolean => {
    const { condensed, pruned } = lane;
    const last = Math.max(
      words.lastEntry(lane) ?? -Infinity,
      pruned ?? -Infinity,
      (condensed ?? -Infinity) - 1,
    );
    return last < hourOf(at);
  };

  const seam: Lanes['seam'] = ({ id }, after, at) => {
    const own = seams.get(id) ?? [];
    const last = own[placeAfter(own, at) - 1];
    return last !== undefined && last.at > after ? last : undefined;
  };

  /** The last sample of a counter in the journal within [from, until]. */
  const lastEntered = (
    { fields }: Stream,
    source: number,
    path: string,
    from: number,
    until: number,
  ): Sample | undefined => {
    const rows = connection.iterate<{ at: number; shape: number; data: string }>(
      'select at, shape, data from journal where source = ? and at between ? and ? order by at desc, sequence desc',
      source,
      from,
      until,
    );
    for (const { at, shape: id, data } of rows) {
      const { shape, leaves } = words.read(id, data);
      const found: number[] = [];
      shape.walk(leaves, fields, (name, value) => {
        if (name === path && typeof value === 'number') found.push(value);
      });
      if (found[0] !== undefined) return { at, value: found[0] };
    }
    return undefined;
  };

  /** The last sample of a counter in a lane within [from, until], where the hour of `until` has nothing behind it. */
  const lastIn = (stream: Stream, path: string, from: number, until: number): Sample | undefined => {
    // What is condensed need not be looked through, but for the last hour.
    const tail = Math.max(from, Math.min(stream.condensed ?? -Infinity, hourOf(until)));
    const series = words.seriesAt(stream, path);
    const samples = [
      lastEntered(stream, liveSource(stream.id), path, tail, until),
      lastEntered(stream, archiveSource(stream.id), path, tail, until),
      series && chunks.before(series, hourOf(until) + SPAN.hour),
    ];
    return samples.reduce(
      (last, one) => (one === undefined || one.at < from || one.at <= (last?.at ?? -Infinity) ? last : one),
      undefined,
    );
  };

  const across: Lanes['across'] = (first, path) => {
    // A counter that not every reading has may be found some seams farther back only.
    for (let one: Seam | undefined = first; one !== undefined;) {
      const stream = words.stream(one.origin);
      if (stream === undefined) return undefined;
      const before = seam(stream, -Infinity, one.until);
      const sample = lastIn(stream, path, before?.at ?? -Infinity, one.until);
      if (sample !== undefined) return sample;
      one = before;
    }
    return undefined;
  };

  return {
    liveFor: (group, at, sequence) => {
      const head = headOf(group);
      if (at < head.at) {
        const lane = words.lanes(group).find((one) => isBehind(one, at)) ?? words.addLane(group);
        // What a device kept itself may stand behind the last live entry.
        const until = Math.max(head.at, words.lastEntry(head.lane) ?? -Infinity);
        const made: Seam = { sequence, stream: lane.id, at, origin: head.lane.id, until };
        connection.run(
          'insert into seam(sequence, stream, at, origin, until) values (?, ?, ?, ?, ?)',
          ...[made.sequence, made.stream, made.at, made.origin, made.until],
        );
        add(made);
        head.lane = lane;
      }
      head.at = at;
      return head.lane;
    },
    archiveFor: (group, at) => {
      const last = seamsOf(group).find((one) => one.at <= at);
      return (last && words.stream(last.stream)) ?? group;
    },
    current: (group) => headOf(group).lane,
    seam,
    hourOfNext: ({ id }, after) => {
      const own = seams.get(id) ?? [];
      return hourOf(own[placeAfter(own, after)]?.at ?? Infinity);
    },
    across,
    reload: load,
  };
}
