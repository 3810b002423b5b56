import type { Series } from './api.ts';
import { SPAN } from './chunk.ts';
import type { Database } from './database.ts';
import { shown } from './streams.ts';

/** All series of a database. */
export function seriesOf({ words }: Pick<Database, 'words'>): Series[] {
  return [...words.streams()].flatMap((stream) => {
    const last = words.lastEntry(stream) ?? -Infinity;
    return [...words.series(stream)].map((series) => {
      const known = shown(stream, series);
      // What came after the hour that was condensed last is not noted series by series: one that was alive then still is.
      const alive = stream.condensed !== null && series.last >= stream.condensed - SPAN.hour;
      return alive ? { ...known, last: Math.max(known.last, last) } : known;
    });
  });
}
