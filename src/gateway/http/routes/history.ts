import { createRoute, z } from '@hono/zod-openapi';
import type { ApiEvents, ApiHistory, ApiHistorySeries, ApiSeries } from '../../../core/site/api.ts';
import type { Series, SeriesHistory, SeriesName } from '../../../store/index.ts';
import { csv, exportStream, json } from '../export.ts';
import { Refusal } from '../failure.ts';
import { instantOf, when } from '../instants.ts';
import { events, history, level, series } from '../schemas.ts';
import { type AddRoutes, answers, repeated } from '../tools.ts';

/** Series of one question, and points of each. */
const MOST_SERIES = 50;
const USUAL_POINTS = 1_000;
const MOST_POINTS = 5_000;
const MOST_EVENTS = 1_000;

const seriesText = z.string().openapi({ example: 'shunt.measured.voltage' });
const whole = (lowest: number, highest: number) => z.coerce.number().int().min(lowest).max(highest);

/** What was: series condensed for a chart, whole exports, events. */
export const historyRoutes: AddRoutes = (app, { gateway, options, reply }) => {
  const { store, view } = gateway;
  const { clock, log } = options;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/series',
      summary: 'The series that the history knows',
      responses: answers(z.array(series), 'The series'),
    }),
    async (c) => reply<readonly ApiSeries[]>(c, (await store.series()).map(seriesDocument)),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/history',
      summary: 'The past of some series, reduced to the points asked for',
      description:
        'Without `level` the one that fits `points` (1000) is chosen by itself. A series that is not known is left out.',
      request: {
        query: z.strictObject({
          series: repeated(seriesText, MOST_SERIES),
          from: when.default('-24h'),
          to: when.optional(),
          points: whole(2, MOST_POINTS).optional(),
          level: level.optional(),
        }),
      },
      responses: answers(history, 'The past, in columns'),
    }),
    async (c) => {
      const query = c.req.valid('query');
      const [from, to] = span(query, clock.date());
      const found = await store.history({
        series: query.series.map(seriesNamed),
        from,
        to,
        points: query.points ?? (query.level === undefined ? USUAL_POINTS : MOST_POINTS),
        ...(query.level === undefined ? {} : { level: query.level }),
      });
      return reply<ApiHistory>(c, { from, to, series: found.map(historyDocument) });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/history/export',
      summary: 'Stored data as CSV or JSON, however much it is',
      request: {
        query: z.strictObject({
          series: repeated(seriesText, MOST_SERIES).optional(),
          from: when.optional(),
          to: when.optional(),
          level: level.optional(),
          format: z.enum(['csv', 'json']).default('csv'),
        }),
      },
      responses: answers(z.string(), 'One row for each sample or span', 'text/csv'),
    }),
    (c) => {
      const query = c.req.valid('query');
      const now = clock.date();
      const format = query.format === 'csv' ? csv : json;
      const rows = store.export({
        ...(query.series === undefined ? {} : { series: query.series.map(seriesNamed) }),
        ...(query.from === undefined ? {} : { from: instantOf(query.from, now, 'query.from') }),
        ...(query.to === undefined ? {} : { to: instantOf(query.to, now, 'query.to') }),
        ...(query.level === undefined ? {} : { level: query.level }),
      });
      const stream = exportStream(rows, format, (error, controller) => {
        log.error(`an export broke off: ${error instanceof Error ? error.message : String(error)}`);
        // A connection that breaks says that something is missing; an end would hide it.
        const { outgoing } = c.env;
        if (outgoing === undefined) controller.error(error);
        else outgoing.destroy();
      });
      const name = `busbar-${view.site}-${new Date(now).toISOString().slice(0, 10)}.${query.format}`;
      return c.body(stream, 200, {
        'Content-Type': format.type,
        'Content-Disposition': `attachment; filename="${name}"`,
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/events',
      summary: 'What happened, newest first',
      request: {
        query: z.strictObject({
          from: when.optional(),
          to: when.optional(),
          member: z.string().optional(),
          kind: repeated(
            z.enum(['alarm_raised', 'alarm_cleared', 'alarm_acknowledged', 'write', 'loss', 'gateway']),
            6,
          ).optional(),
          before: whole(1, Number.MAX_SAFE_INTEGER)
            .optional()
            .openapi({ description: 'Only events before this sequence: `next` of the page before' }),
          limit: whole(1, MOST_EVENTS).default(100),
        }),
      },
      responses: answers(events, 'The events'),
    }),
    async (c) => {
      const { from, to, member, kind, before, limit } = c.req.valid('query');
      const now = clock.date();
      const found = await store.events({
        limit,
        ...(from === undefined ? {} : { from: instantOf(from, now, 'query.from') }),
        ...(to === undefined ? {} : { to: instantOf(to, now, 'query.to') }),
        ...(member === undefined ? {} : { member }),
        ...(kind === undefined ? {} : { kinds: kind }),
        ...(before === undefined ? {} : { before }),
      });
      const next = found.length < limit ? undefined : found.at(-1)?.sequence;
      return reply<ApiEvents>(c, {
        events: found.map(({ sequence, event }) => ({ sequence, ...event })),
        ...(next === undefined ? {} : { next }),
      });
    },
  );
};

function span(
  query: { readonly from: string; readonly to?: string | undefined },
  now: number,
): [number, number] {
  const from = instantOf(query.from, now, 'query.from');
  const to = query.to === undefined ? now : instantOf(query.to, now, 'query.to');
  if (from < to) return [from, to];
  throw new Refusal('request', 'from is not before to', { where: 'query.from' });
}

/** `member.group.path`: the path may have points of its own. */
function seriesNamed(text: string): SeriesName {
  const [, member, group, path] = /^([^.]+)\.([^.]+)\.(.+)$/.exec(text) ?? [];
  if (member !== undefined && group !== undefined && path !== undefined) return { member, group, path };
  throw new Refusal('request', `'${text}' is no series`, {
    hint: 'expected member.group.path, such as shunt.measured.voltage; GET /api/series lists them',
    where: 'query.series',
  });
}

function seriesDocument({
  member,
  group,
  path,
  title,
  quantity,
  unit,
  kind,
  first,
  last,
}: Series): ApiSeries {
  return {
    series: `${member}.${group}.${path}`,
    member,
    group,
    path,
    title,
    quantity,
    unit,
    kind,
    oldest: first,
    newest: last,
  };
}

const COLUMNS = ['min', 'mean', 'max', 'first', 'delta'] as const;
type Column = (typeof COLUMNS)[number];

function historyDocument(of: SeriesHistory): ApiHistorySeries {
  const { member, group, path, title, quantity, unit, kind, level: found, step, spacing, points } = of;
  // A column is there when any point has it.
  const columns: Partial<Record<Column, (number | null)[]>> = {};
  for (const name of COLUMNS) {
    if (points.some((point) => point[name] !== undefined))
      columns[name] = points.map((point) => point[name] ?? null);
  }
  return {
    series: `${member}.${group}.${path}`,
    member,
    group,
    path,
    title,
    quantity,
    unit,
    kind,
    level: found,
    step,
    spacing,
    time: points.map(({ at }) => at),
    count: points.map(({ count }) => count),
    last: points.map(({ last }) => last),
    ...columns,
  };
}
