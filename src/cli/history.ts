import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { loadConfig } from '../config/index.ts';
import { csvCell } from '../core/csv.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { type Archive, type ExportRow, type Level, openArchive, type Series } from '../store/index.ts';
import { parseOptions } from './config-file.ts';
import { momentOf } from './moment.ts';
import { complain, print } from './terminal.ts';

/** What `history` takes. */
export interface HistoryOptions {
  /** The configuration, which names the database. */
  readonly config: string;
  /** The database itself. */
  readonly database?: string;
  /** Begin and end as typed: `2026-11-01`, `2026-11-01T06:00Z`, `7d`. */
  readonly from?: string;
  readonly to?: string;
  /** Series, groups or members; `*` stands for one name. Absent: all. */
  readonly series?: readonly string[];
  readonly level: Level;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

/** Rows that are printed at once. */
const PAGE = 1000;

/** Lists the series of a database, or exports what is stored of them. Returns the exit code. */
export async function history(action: 'series' | 'export', options: HistoryOptions): Promise<number> {
  if (options.json === true && options.jsonl === true)
    throw new Fault('config', 'choose one of --json, --jsonl');
  const path = options.database ?? loadConfig(options.config, parseOptions).config.history.path;
  const archive = openArchive(path);
  try {
    const chosen = choose(archive.series(), options.series, path);
    const lines = action === 'series' ? listed(chosen, options) : exported(archive, chosen, options);
    await write(lines, options);
    return 0;
  } catch (error) {
    const fault = faultOf(error, 'output');
    if (fault.code === 'config') throw fault;
    complain(fault, path);
    return 1;
  } finally {
    archive.close();
  }
}

const nameOf = ({ member, group, path }: Pick<Series, 'member' | 'group' | 'path'>): string =>
  `${member}.${group}.${path}`;

function choose(
  all: readonly Series[],
  wanted: readonly string[] | undefined,
  path: string,
): readonly Series[] {
  if (wanted === undefined) return all;
  const patterns = wanted.map((text) => {
    const parts = text
      .split('.')
      .map((part) => (part === '*' ? '[^.]+' : part.replaceAll(/[^\w-]/g, '\\$&')));
    return { text, pattern: new RegExp(`^${parts.join('\\.')}(\\.|$)`) };
  });
  for (const { text, pattern } of patterns) {
    if (all.some((one) => pattern.test(nameOf(one)))) continue;
    throw new Fault('config', `${path} has no series '${text}'`, {
      hint: '`busbar history series` lists them',
    });
  }
  return all.filter((one) => patterns.some(({ pattern }) => pattern.test(nameOf(one))));
}

const iso = (at: number): string => new Date(at).toISOString();

function listed(series: readonly Series[], options: HistoryOptions): Iterable<string> {
  return documents(
    series.map((one) => ({ ...one, first: iso(one.first), last: iso(one.last) })),
    options,
    ['member', 'group', 'path', 'title', 'quantity', 'kind', 'unit', 'first', 'last'],
  );
}

function exported(archive: Archive, series: readonly Series[], options: HistoryOptions): Iterable<string> {
  const { level } = options;
  const moment = momentOf(archive.timezone, Date.now());
  const from = options.from === undefined ? {} : { from: moment(options.from, '--from') };
  const to = options.to === undefined ? {} : { to: moment(options.to, '--to') };
  const rows = archive.export({ ...from, ...to, series, level });
  const columns = ['time', 'member', 'group', 'path', 'unit', 'value'];
  const condensed = ['count', 'min', 'mean', 'max', 'first', 'delta', 'since'];
  return documents(shown(rows, level), options, level === 'raw' ? columns : [...columns, ...condensed]);
}

type Shown = Readonly<Record<string, string | number | boolean | undefined>>;

function* shown(rows: Iterable<ExportRow>, level: Level): Generator<Shown> {
  for (const { at, last, member, group, path, unit, count, since, ...rest } of rows) {
    const what = { time: iso(at), member, group, path, unit, value: last };
    if (level === 'raw') yield what;
    else yield { ...what, count, ...rest, ...(since === undefined ? {} : { since: iso(since) }) };
  }
}

/** Rows as CSV with a line of names, as one JSON array, or as one JSON object a line. */
function* documents(
  rows: Iterable<Shown>,
  { json, jsonl }: HistoryOptions,
  columns: readonly string[],
): Generator<string> {
  if (json !== true && jsonl !== true) yield `${columns.join(',')}\n`;
  let first = true;
  for (const row of rows) {
    if (jsonl === true) yield `${JSON.stringify(row)}\n`;
    else if (json === true) yield `${first ? '[\n' : ',\n'}${JSON.stringify(row)}`;
    else yield `${columns.map((name) => csvCell(row[name])).join(',')}\n`;
    first = false;
  }
  if (json === true) yield first ? '[]\n' : '\n]\n';
}

async function write(lines: Iterable<string>, { output, force = false }: HistoryOptions): Promise<void> {
  const file = output === undefined ? undefined : await create(output, force);
  try {
    let page: string[] = [];
    const flush = async (): Promise<void> => {
      const text = page.join('');
      page = [];
      await (file === undefined ? print(text) : file.write(text));
    };
    for (const line of lines) if (page.push(line) >= PAGE) await flush();
    await flush();
  } finally {
    await file?.close();
  }
}

async function create(path: string, force: boolean): Promise<FileHandle> {
  try {
    return await open(path, force ? 'w' : 'wx');
  } catch (error) {
    throw new Fault('config', `${path} cannot be written: ${faultOf(error, 'config').message}`, {
      ...(existsSync(path) ? { hint: 'choose another name, or --force to replace it' } : {}),
      cause: error,
    });
  }
}
