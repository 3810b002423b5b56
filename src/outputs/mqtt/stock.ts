import type { Clock } from '../../core/clock.ts';
import type { OutputContext, SiteView, Topics } from '../../core/site/index.ts';

/** What the broker keeps of whom, also from earlier runs: what left the site is removed there. */
export interface StockBook {
  readonly present: (member: string) => void;
  /** The broker keeps nothing of it any more. */
  readonly removed: (member: string) => void;
  /** Topics that hold a value now; those of values are written down. */
  readonly note: (topics: readonly string[]) => void;
  /** Topics of values of a member: those of earlier runs, and those among the ones given. */
  readonly valuesOf: (member: string, topics: readonly string[]) => readonly string[];
  /** Removes, some time after the start, the members of earlier runs that left the configuration. The returned function prevents it. */
  readonly clearAbsent: (clock: Clock, view: SiteView, remove: (member: string) => void) => () => void;
}

/** Milliseconds after the start by which sums and other members that follow from others are there. */
const SETTLED = 60_000;
const NAME = 'broker_keeps';

/** Reads the book: a line for each member, its name and the ends of its topics of values. */
export async function stockBook(memory: OutputContext['memory'], topics: Topics): Promise<StockBook> {
  const read = (await memory.get(NAME)) ?? '';
  const book = new Map<string, ReadonlySet<string>>(
    read
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', ...values] = line.split(' ');
        return [name, new Set(values)];
      }),
  );
  let written = read;
  const keep = (): void => {
    const text = [...book].map(([name, values]) => [name, ...values].join(' ')).join('\n');
    if (text === written) return;
    written = text;
    // Lost, it is written again with the next change.
    void memory.set(NAME, text).catch(() => undefined);
  };
  const beginning = (member: string): string => topics.value(member, '', '').replace(/\/+$/, '/');
  return {
    present: (member) => {
      if (!book.has(member)) book.set(member, new Set());
      keep();
    },
    removed: (member) => {
      book.delete(member);
      keep();
    },
    note: (all) => {
      for (const member of book.keys()) {
        const start = beginning(member);
        const ends = all.filter((topic) => topic.startsWith(start)).map((topic) => topic.slice(start.length));
        if (ends.length > 0) book.set(member, new Set(ends));
      }
      keep();
    },
    valuesOf: (member, all) => {
      const start = beginning(member);
      const before = [...(book.get(member) ?? [])].map((end) => `${start}${end}`);
      return [...new Set([...before, ...all.filter((topic) => topic.startsWith(start))])];
    },
    clearAbsent: (clock, view, remove) =>
      clock.after(SETTLED, () => {
        const expected = view.expected?.();
        if (expected === undefined) return;
        const there = new Set([...expected, ...view.members().map(({ name }) => name)]);
        for (const name of [...book.keys()]) if (!there.has(name)) remove(name);
      }),
  };
}
