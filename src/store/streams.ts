import type { Field, SiteGroup, Values } from '../core/index.ts';
import { quantity } from '../core/quantity.ts';
import type { Series } from './api.ts';
import { type Form, formOf } from './bucket.ts';
import type { Connection } from './connection.ts';
import { flatten, type Leaf, leavesOf, type Shape, shapeOf } from './shape.ts';

/**
 * A lane of a group of a member. Usually a group has one; another begins where the calendar is set back, so that live
 * entries of a lane are in the order of time: see lanes.ts.
 */
export interface Stream {
  readonly id: number;
  readonly member: string;
  readonly name: string;
  /** Its place among the lanes of the group: the first is 0. */
  readonly lane: number;
  /** Empty while nobody has described it: then it has no series. */
  fields: readonly Field[];
  /** Seconds between two readings as a rule; 0: unknown. */
  period: number;
  /** Hours before this instant are condensed; null: there is nothing yet. */
  condensed: number | null;
  /** Live entries up to this time were deleted; null: none. */
  pruned: number | null;
}

/** What is kept of a group's description. */
export type PlainGroup = Pick<SiteGroup, 'name' | 'period' | 'fields'>;

/** A series, as the database knows it. */
export interface KnownSeries {
  readonly id: number;
  readonly stream: number;
  readonly path: string;
  readonly title: string;
  readonly quantity: Series['quantity'];
  readonly kind: Series['kind'];
  readonly form: Form;
  first: number;
  last: number;
}

/** Sources in the journal: two for each stream, and one for events. */
export const EVENTS = 0;
export const liveSource = (stream: number): number => 2 * stream;
export const archiveSource = (stream: number): number => 2 * stream + 1;
export const streamOf = (source: number): number => source >> 1;
export const isArchive = (source: number): boolean => source % 2 === 1;

/** More shapes than this are not kept in the dictionary: something produces a new one with each snapshot. */
const MOST_SHAPES = 10_000;

/** Streams, series and shapes, held in memory and kept in the database. */
export interface Dictionary {
  streams(): Iterable<Stream>;
  /** The first lane of each group, by id. */
  groups(): Stream[];
  stream(id: number): Stream | undefined;
  /** Finds the first lane of a group by its names, or makes it. */
  streamFor(member: string, name: string): Stream;
  /** All lanes of a group, the first one first; none where it is unknown. */
  lanes(group: Pick<Stream, 'member' | 'name'>): readonly Stream[];
  /** Makes one more lane of a group. */
  addLane(stream: Stream): Stream;
  /** Notes the groups of a member; true when something is new. */
  describe(member: string, groups: readonly PlainGroup[]): boolean;
  /** Writes a changed stream. */
  save(stream: Stream): void;
  /** Number of a shape, made where it is new; 0 when there are too many. */
  shapeNumber(text: string): number;
  /** The shape and the leaves of an entry. */
  read(shape: number, data: string): { readonly shape: Shape; readonly leaves: readonly Leaf[] };
  /** Finds a series, or makes it; undefined where values of this field make none. */
  seriesFor(stream: Stream, path: string, field: Field, at: number): KnownSeries | undefined;
  /** Series of one lane. */
  series(stream: Stream): Iterable<KnownSeries>;
  seriesAt(stream: Stream, path: string): KnownSeries | undefined;
  /** Series of all lanes of a group together, by path. */
  together(stream: Stream): ReadonlyMap<string, KnownSeries>;
  /** Time of the newest entry of a lane; undefined: there is none. */
  lastEntry(stream: Stream): number | undefined;
  /** Time of the first entry of a lane from an instant on; Infinity: there is none. */
  nextEntry(stream: Stream, from: number): number;
  /** Time of the newest live entry; undefined: there is none. */
  lastLive(stream: Stream): number | undefined;
  /** Notes samples at these times, and writes what has grown. */
  seen(series: KnownSeries, first: number, last: number): void;
  /** Reads everything anew: after a transaction that failed. */
  reload(): void;
}

/** Reads the dictionary of a database. */
export function dictionary(connection: Connection): Dictionary {
  const byId = new Map<number, Stream>();
  const byName = new Map<string, Stream[]>();
  const seriesOf = new Map<number, Map<string, KnownSeries>>();
  const shapeNumbers = new Map<string, number>();
  const shapeTexts = new Map<number, string>();
  const shapes = new Map<number, Shape>();
  const key = (member: string, name: string): string => `${member}\n${name}`;

  const keep = (stream: Stream): Stream => {
    byId.set(stream.id, stream);
    const name = key(stream.member, stream.name);
    byName.set(name, [...(byName.get(name) ?? []), stream]);
    seriesOf.set(stream.id, new Map());
    return stream;
  };

  const load = (): void => {
    for (const map of [byId, byName, seriesOf, shapeNumbers, shapeTexts, shapes]) map.clear();
    type StreamRow = Omit<Stream, 'fields'> & { readonly fields: string };
    for (const row of connection.all<StreamRow>('select * from stream order by lane')) {
      keep({ ...row, fields: JSON.parse(row.fields) as Field[] }); // written by `describe`
    }
    for (const row of connection.all<Omit<KnownSeries, 'form'>>('select * from series')) {
      const form = formOf({ ...row, name: row.path, source: '' });
      if (form !== undefined) seriesOf.get(row.stream)?.set(row.path, { ...row, form });
    }
    for (const { id, text } of connection.all<{ id: number; text: string }>('select * from shape')) {
      shapeNumbers.set(text, id);
      shapeTexts.set(id, text);
    }
  };
  load();

  const insertStream =
    'insert into stream(member, name, lane, fields, period) values (?, ?, ?, ?, ?) returning id';
  const insertSeries =
    'insert into series(stream, path, title, quantity, kind, first, last) values (?, ?, ?, ?, ?, ?, ?) returning id';
  const inserted = (sql: string, ...values: (string | number)[]): number =>
    connection.get<{ id: number }>(sql, ...values)?.id ?? 0; // RETURNING always brings a row

  const lanes = ({ member, name }: Pick<Stream, 'member' | 'name'>): readonly Stream[] =>
    byName.get(key(member, name)) ?? [];

  const begin = (of: Pick<Stream, 'member' | 'name' | 'lane' | 'fields' | 'period'>): Stream => {
    const { member, name, lane, fields, period } = of;
    const id = inserted(insertStream, member, name, lane, JSON.stringify(fields), period);
    return keep({ id, member, name, lane, fields, period, condensed: null, pruned: null });
  };

  const streamFor = (member: string, name: string): Stream =>
    lanes({ member, name })[0] ?? begin({ member, name, lane: 0, fields: [], period: 0 });

  const newest = (source: number): number =>
    connection.get<{ at: number | null }>('select max(at) as at from journal where source = ?', source)?.at ??
    -Infinity;
  const orNone = (at: number): number | undefined => (at === -Infinity ? undefined : at);

  const save = ({ id, fields, period, condensed, pruned }: Stream): void => {
    connection.run(
      'update stream set fields = ?, period = ?, condensed = ?, pruned = ? where id = ?',
      JSON.stringify(fields),
      period,
      condensed,
      pruned,
      id,
    );
  };

  return {
    streams: () => byId.values(),
    groups: () =>
      [...byName.values()].flatMap(([first]) => first ?? []).sort((one, other) => one.id - other.id),
    stream: (id) => byId.get(id),
    streamFor,
    lanes,
    addLane: (stream) => begin({ ...stream, lane: lanes(stream).length }),
    describe: (member, groups) => {
      let news = false;
      for (const { name, period, fields } of groups) {
        for (const stream of lanes(streamFor(member, name))) {
          if (JSON.stringify(stream.fields) === JSON.stringify(fields) && stream.period === period) continue;
          stream.fields = fields;
          stream.period = period;
          save(stream);
          news = true;
        }
      }
      return news;
    },
    save,
    shapeNumber: (text) => {
      const known = shapeNumbers.get(text);
      if (known !== undefined) return known;
      if (shapeNumbers.size >= MOST_SHAPES) return 0;
      const id = inserted('insert into shape(text) values (?) returning id', text);
      shapeNumbers.set(text, id);
      shapeTexts.set(id, text);
      return id;
    },
    read: (id, data) => {
      if (id === 0) {
        const flat = flatten(JSON.parse(data) as Values); // written by `inline`
        return { shape: shapeOf(flat.shape), leaves: leavesOf(flat.data) };
      }
      let shape = shapes.get(id);
      if (shape === undefined) {
        shape = shapeOf(shapeTexts.get(id) ?? '{}');
        shapes.set(id, shape);
      }
      return { shape, leaves: leavesOf(data) };
    },
    seriesFor: (stream, path, field, at) => {
      const form = formOf(field);
      if (form === undefined) return undefined;
      const paths = seriesOf.get(stream.id);
      let series = paths?.get(path);
      if (series === undefined) {
        const { title, quantity: name, kind } = field;
        const id = inserted(insertSeries, stream.id, path, title, name, kind, at, at);
        series = { id, stream: stream.id, path, title, quantity: name, kind, form, first: at, last: at };
        paths?.set(path, series);
      } else if (
        series.title !== field.title ||
        series.quantity !== field.quantity ||
        series.kind !== field.kind
      ) {
        // Described anew. What is in the chunks decides about the form, so that does not change any more.
        if (form !== series.form) return undefined;
        const { title, quantity: name, kind } = field;
        connection.run(
          'update series set title = ?, quantity = ?, kind = ? where id = ?',
          title,
          name,
          kind,
          series.id,
        );
        series = { ...series, title, quantity: name, kind };
        paths?.set(path, series);
      }
      return series;
    },
    series: (stream) => seriesOf.get(stream.id)?.values() ?? [],
    seriesAt: (stream, path) => seriesOf.get(stream.id)?.get(path),
    together: (stream) => {
      const all = new Map<string, KnownSeries>();
      for (const { id } of lanes(stream)) {
        for (const [path, series] of seriesOf.get(id) ?? []) {
          const { first, last } = all.get(path) ?? series;
          all.set(path, {
            ...series,
            first: Math.min(first, series.first),
            last: Math.max(last, series.last),
          });
        }
      }
      return all;
    },
    lastEntry: ({ id }) => orNone(Math.max(newest(liveSource(id)), newest(archiveSource(id)))),
    nextEntry: ({ id }, from) => {
      const times = [liveSource(id), archiveSource(id)].map(
        (source) =>
          connection.get<{ at: number | null }>(
            'select min(at) as at from journal where source = ? and at >= ?',
            source,
            from,
          )?.at ?? Infinity,
      );
      return Math.min(...times);
    },
    lastLive: ({ id }) => orNone(newest(liveSource(id))),
    seen: (series, first, last) => {
      if (first >= series.first && last <= series.last) return;
      series.first = Math.min(series.first, first);
      series.last = Math.max(series.last, last);
      connection.run(
        'update series set first = ?, last = ? where id = ?',
        series.first,
        series.last,
        series.id,
      );
    },
    reload: load,
  };
}

/** A series as it is shown. */
export function shown({ member, name: group }: Stream, series: KnownSeries): Series {
  const { path, title, quantity: name, kind, first, last } = series;
  return { member, group, path, title, quantity: name, kind, unit: quantity(name).unit, first, last };
}
