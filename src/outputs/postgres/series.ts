import { type Field, unitOf } from '../../core/field.ts';
import type { Query } from './session.ts';
import type { Reading } from './reading.ts';

/** Numbers of series, looked up once and kept. */
export interface SeriesBook {
  /** Makes sure that every series of these readings has a number, and is described as it is now. */
  readonly know: (query: Query, readings: readonly Reading[]) => Promise<void>;
  /** Numbers of the series of a group by path; empty while none is known. */
  readonly idsOf: (reading: Reading) => ReadonlyMap<string, Known>;
  /** The database may be another one now. */
  readonly forget: () => void;
}

/** A series that has a number. */
export interface Known {
  readonly id: number;
  /** How it was described; undefined: by a guess. */
  readonly field: Field | undefined;
}

interface Wanted {
  readonly reading: Reading;
  readonly path: string;
  readonly field: Field;
}

const NONE: ReadonlyMap<string, Known> = new Map();

/** Knows nothing yet. */
export function seriesBook(schema: string): SeriesBook {
  const groups = new Map<string, Map<string, Known>>();
  const keyOf = ({ site, member, group }: Reading): string => `${site}\n${member}\n${group}`;

  const learn = async (query: Query, wanted: readonly Wanted[], isGuessed: boolean): Promise<void> => {
    if (wanted.length === 0) return;
    // In one order everywhere, so that two programs that meet the same new series do not wait for each other.
    const rows = await query(
      `insert into "${schema}".series as s (site, member, group_name, path, title, quantity, unit, kind)
       select * from jsonb_to_recordset($1::jsonb) as n
         (site text, member text, group_name text, path text, title text, quantity text, unit text, kind text)
       order by 1, 2, 3, 4
       on conflict (site, member, group_name, path) do update
         set ${isGuessed ? 'site = s.site' : 'title = excluded.title, quantity = excluded.quantity, unit = excluded.unit, kind = excluded.kind'}
       returning id, site, member, group_name, path`,
      [
        JSON.stringify(
          wanted.map(({ reading: { site, member, group }, path, field }) => ({
            site,
            member,
            group_name: group,
            path,
            title: field.title,
            quantity: field.quantity,
            unit: unitOf(field),
            kind: field.kind,
          })),
        ),
      ],
    );
    const ids = new Map(
      rows.map((row) => [[row.site, row.member, row.group_name, row.path].join('\n'), row.id as number]), // an integer column
    );
    for (const { reading, path, field } of wanted) {
      const key = keyOf(reading);
      const id = ids.get(`${key}\n${path}`);
      let known = groups.get(key);
      if (known === undefined) groups.set(key, (known = new Map<string, Known>()));
      if (id !== undefined) known.set(path, { id, field: isGuessed ? undefined : field });
    }
  };

  return {
    idsOf: (reading) => groups.get(keyOf(reading)) ?? NONE,
    forget: () => groups.clear(),
    know: async (query, readings) => {
      const described = new Map<string, Wanted>();
      const guessed = new Map<string, Wanted>();
      for (const reading of readings) {
        const key = keyOf(reading);
        const known = groups.get(key) ?? NONE;
        for (const { path, field } of reading.points) {
          const entry = known.get(path);
          if (entry !== undefined && (reading.isGuessed || entry.field === field)) continue;
          const into = reading.isGuessed ? guessed : described;
          into.set(`${key}\n${path}`, { reading, path, field });
        }
      }
      await learn(query, [...described.values()], false);
      await learn(query, [...guessed.values()], true);
    },
  };
}
