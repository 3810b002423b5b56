import type { Field } from '../../core/field.ts';
import { memberGroup, type Member, type Point, pointsOf, type SiteGroup } from '../../core/site/index.ts';
import { isList, isRecord, type Snapshot, type Value, type Values } from '../../core/snapshot.ts';

/** The plain values of one group at one moment. */
export interface Reading {
  readonly site: string;
  readonly member: string;
  readonly group: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly points: readonly Point[];
  /** True: nobody described the fields, they follow from the values; what is known of their series already counts more. */
  readonly isGuessed: boolean;
}

/**
 * A snapshot as rows of a database: raw codes are left out.
 * @param member who was read; undefined when it has left the site since
 */
export function readingOf(site: string, member: Member | undefined, snapshot: Snapshot): Reading {
  const { device, group, at, values } = snapshot;
  const known = member === undefined ? undefined : memberGroup(member, group);
  const points = pointsOf(known ?? guessedGroup(group, values), values);
  return {
    site,
    member: device,
    group,
    at,
    points: points.filter(({ field }) => field.kind !== 'raw'),
    isGuessed: known === undefined,
  };
}

/** A group whose description is gone, as far as its values tell. */
function guessedGroup(name: string, values: Values): SiteGroup {
  return { name, title: name, period: 0, fields: guessedFields([values]) };
}

function guessedFields(records: readonly Values[]): Field[] {
  const fields = new Map<string, Field>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      if (value !== undefined && value !== null && !fields.has(name)) fields.set(name, guessed(name, value));
    }
  }
  return [...fields.values()];
}

function guessed(name: string, value: Value): Field {
  const inner = isList(value) ? value : [value];
  const records = inner.filter(isRecord);
  const sort = typeof inner[0];
  return {
    name,
    title: name,
    quantity: sort === 'number' ? 'number' : sort === 'boolean' ? 'flag' : 'text',
    kind: 'state',
    source: '',
    ...(records.length === 0 ? {} : { items: guessedFields(records) }),
  };
}
