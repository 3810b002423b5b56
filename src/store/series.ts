import type { Series } from './api.ts';
import { SPAN } from './chunk.ts';
import type { Database } from './database.ts';
import { shown } from './streams.ts';

/** All series of a database. */
export function seriesOf({ words }: Pick<Database, 'words'>): Series[] {
  return words.groups().flatMap((group) => {
    const all = new Map([...words.together(group)].map(([path, series]) => [path, shown(group, series)]));
    for (const lane of words.lanes(group)) {
      const last = words.lastEntry(lane) ?? -Infinity;
      for (const { path, last: condensed } of words.series(lane)) {
        const known = all.get(path);
        // What came after the hour that was condensed last is not noted series by series: one that was alive then still is.
        const alive = lane.condensed !== null && condensed >= lane.condensed - SPAN.hour;
        if (alive && known !== undefined && last > known.last) all.set(path, { ...known, last });
      }
    }
    return [...all.values()];
  });
}
