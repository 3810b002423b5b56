import { csvCell } from '../../core/csv.ts';
import type { ExportRow } from '../../store/index.ts';

/** Bytes of one piece of an export; the database is only asked for more when one was taken. */
const PIECE = 16 * 1024;

const COLUMNS = ['count', 'min', 'mean', 'max', 'last', 'first', 'delta'] as const;

/** How rows are written. */
export interface RowFormat {
  readonly type: string;
  readonly head: string;
  readonly row: (row: ExportRow, isFirst: boolean) => string;
  readonly tail: string;
}

/** Comma-separated, as RFC 4180 has it: times in UTC, what is unknown is empty. */
export const csv: RowFormat = {
  type: 'text/csv; charset=utf-8',
  head: `time,series,unit,${COLUMNS.join(',')}\r\n`,
  row: (row) =>
    `${[new Date(row.at).toISOString(), nameOf(row), row.unit, ...COLUMNS.map((name) => row[name])].map(csvCell).join(',')}\r\n`,
  tail: '',
};

/** One JSON list of objects, an object a line. */
export const json: RowFormat = {
  type: 'application/json',
  head: '[',
  row: (row, isFirst) => {
    const { at, unit } = row;
    const numbers = Object.fromEntries(COLUMNS.map((name) => [name, row[name]]));
    return `${isFirst ? '\n' : ',\n'}${JSON.stringify({ time: new Date(at).toISOString(), series: nameOf(row), unit, ...numbers })}`;
  },
  tail: '\n]\n',
};

function nameOf({ member, group, path }: ExportRow): string {
  return `${member}.${group}.${path}`;
}

/**
 * Rows as text, piece by piece as they are taken: a slow reader slows down only its own export.
 * @param onError told when the database fails in the middle; whoever reads must learn that the rest is missing
 */
export function exportStream(
  rows: AsyncIterable<ExportRow>,
  format: RowFormat,
  onError: (error: unknown, controller: ReadableStreamDefaultController<Uint8Array>) => void,
): ReadableStream<Uint8Array> {
  const iterator = rows[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let isFirst = true;
  let text = format.head;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          while (text.length < PIECE) {
            const next = await iterator.next();
            if (next.done === true) {
              controller.enqueue(encoder.encode(text + format.tail));
              controller.close();
              return;
            }
            text += format.row(next.value, isFirst);
            isFirst = false;
          }
          controller.enqueue(encoder.encode(text));
          text = '';
        } catch (error) {
          onError(error, controller);
        }
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}
