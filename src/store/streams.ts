import type { Field, SiteGroup, Values } from '../core/index.ts';
import { quantity } from '../core/quantity.ts';
import type { Series, SeriesName } from './api.ts';
import { type Form, formOf } from './bucket.ts';
import type { Connection } from './connection.ts';
import { flatten, type Leaf, leavesOf, type Shape, shapeOf } from './shape.ts';

/** A group of a member, as the database knows it. */
export interface Stream {
  readonly id: number;
  readonly member: string;
  readonly name: string;
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
  stream(id: number): Stream | undefined;
  /** Finds a stream by its names, or makes it. */
  streamFor(member: string, name: string): Stream;
  find(member: string, name: string): Stream | undefined;
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
  series(stream: Stream): Iterable<KnownSeries>;
  findSeries(name: SeriesName): { readonly stream: Stream; readonly series: KnownSeries } | undefined;
  /** Time of the newest entry of a stream; undefined: there is none. */
  lastEntry(stream: Stream): number | undefined;
  /** Notes samples at these times, and writes what has grown. */
  seen(series: KnownSeries, first: number, last: number): void;
  /** Reads everything anew: after a transaction that failed. */
  reload(): void;
}

/** Reads the dictionary of a database. */
export function dictionary(connection: Connection): Dictionary {
  const byId = new Map<number, Stream>();
  const byName = new Map<string, Stream>();
  const seriesOf = new Map<number, Map<string, KnownSeries>>();
  const shapeNumbers = new Map<string, number>();
  const shapeTexts = new Map<number, string>();
  const shapes = new Map<number, Shape>();
  const key = (member: string, name: string): string => `${member}\n${name}`;

  const keep = (stream: Stream): Stream => {
    byId.set(stream.id, stream);
    byName.set(key(stream.member, stream.name), stream);
    seriesOf.set(stream.id, new Map());
    return stream;
  };

  const load = (): void => {
    for (const map of [byId, byName, seriesOf, shapeNumbers, shapeTexts, shapes]) map.clear();
    type StreamRow = Omit<Stream, 'fields'> & { readonly fields: string };
    for (const row of connection.all<StreamRow>('select * from stream')) {
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

  const insertStream = 'insert into stream(member, name, fields, period) values (?, ?, ?, ?) returning id';
  const insertSeries =
    'insert into series(stream, path, title, quantity, kind, first, last) values (?, ?, ?, ?, ?, ?, ?) returning id';
  const inserted = (sql: string, ...values: (string | number)[]): number =>
    connection.get<{ id: number }>(sql, ...values)?.id ?? 0; // RETURNING always brings a row

  const streamFor = (member: string, name: string): Stream =>
    byName.get(key(member, name)) ??
    keep({
      id: inserted(insertStream, member, name, '[]', 0),
      member,
      name,
      fields: [],
      period: 0,
      condensed: null,
      pruned: null,
    });

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
    stream: (id) => byId.get(id),
    streamFor,
    find: (member, name) => byName.get(key(member, name)),
    describe: (member, groups) => {
      let news = false;
      for (const { name, period, fields } of groups) {
        const stream = streamFor(member, name);
        if (JSON.stringify(stream.fields) === JSON.stringify(fields) && stream.period === period) continue;
        stream.fields = fields;
        stream.period = period;
        save(stream);
        news = true;
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
    findSeries: ({ member, group, path }) => {
      const stream = byName.get(key(member, group));
      const series = stream && seriesOf.get(stream.id)?.get(path);
      return stream && series && { stream, series };
    },
    lastEntry: ({ id }) =>
      connection.get<{ at: number | null }>(
        `select max(
          coalesce((select max(at) from journal where source = ?), (select max(at) from journal where source = ?)),
          coalesce((select max(at) from journal where source = ?), (select max(at) from journal where source = ?))) as at`,
        liveSource(id),
        archiveSource(id),
        archiveSource(id),
        liveSource(id),
      )?.at ?? undefined,
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
