import type { Layout } from './layout.ts';

/** One part of some bytes, explained. */
export interface Explained {
  /** The way to the part: `cells[3]`. */
  readonly path: string;
  /** Index of its first byte and of the first byte behind it. */
  readonly start: number;
  readonly end: number;
  /** Its value; undefined where reading failed inside it. */
  readonly value: unknown;
  /** Its layout; absent where reading failed inside it. */
  readonly layout?: Layout;
  /** What is wrong with it, where reading failed here. */
  readonly problem?: string;
}

/** Collects parts while a codec reads. */
export interface Trace {
  readonly rows: Explained[];
  readonly open: { path: string; start: number }[];
}

/** Notes that a part begins. Called by combinators when the reader traces. */
export function openPart(trace: Trace, part: string | number, start: number): void {
  const outer = trace.open.at(-1)?.path ?? '';
  const path = typeof part === 'number' ? `${outer}[${part}]` : outer === '' ? part : `${outer}.${part}`;
  trace.open.push({ path, start });
}

/** Notes that the part opened last is read. Structures and lists are left out: their parts say it all. */
export function closePart(trace: Trace, end: number, value: unknown, layout: Layout | undefined): void {
  const part = trace.open.pop();
  if (part === undefined || layout === undefined || layout.width === 0) return;
  const inner = trace.rows.at(-1);
  const divided =
    inner !== undefined &&
    inner.start >= part.start &&
    (inner.path.startsWith(`${part.path}.`) || inner.path.startsWith(`${part.path}[`));
  if (!divided) trace.rows.push({ ...part, end, value, layout });
}
