import type { ArchiveEntry } from '../../core/archive.ts';
import { isFieldInfo } from '../../core/field.ts';
import { noteOf } from '../../codec/index.ts';
import { isRecord, listIn, type Readings, type Values } from '../../core/snapshot.ts';
import { groupsOf, type ListInfo, type NevaDefinition } from './definition.ts';
import { secondsOf } from './calendar.ts';

/**
 * What groups that were read say of earlier times: rows whose records carry a stamp (days, months), and the moments of
 * the event logs. A record that has no stamp yet is left out, and so is its place in the row, which moves each day.
 */
export function archivesOf(definition: NevaDefinition, readings: Readings): ArchiveEntry[] {
  return groupsOf(definition).flatMap(([group, { registers }]) => {
    const values = readings[group];
    if (values === undefined) return [];
    const rows = registers.flatMap(({ list }) => (list === undefined ? [] : recordsIn(group, values, list)));
    const logs = registers.flatMap(({ list, body }) =>
      list === undefined ? (body.layout.parts ?? []).filter(({ layout }) => isLog(noteOf(layout))) : [],
    );
    return [...rows, ...logs.flatMap(({ name }) => momentsIn(group, values, name))];
  });
}

function recordsIn(group: string, values: Values, { name, index, stamp }: ListInfo): ArchiveEntry[] {
  if (stamp === undefined) return [];
  return listIn(values, name).flatMap((record) => {
    if (!isRecord(record)) return [];
    const day = record[stamp.name];
    const kept = Object.entries(record).filter(([field]) => field !== index && field !== stamp.name);
    return typeof day === 'string'
      ? [{ group, local: stamp.kept(day), values: Object.fromEntries(kept) }]
      : [];
  });
}

/** A log is a list of moments that the meter has noted. */
function isLog(note: ReturnType<typeof noteOf>): boolean {
  return isFieldInfo(note) && note.quantity === 'time' && note.kind === 'state';
}

function momentsIn(group: string, values: Values, name: string): ArchiveEntry[] {
  return listIn(values, name).flatMap((moment) =>
    typeof moment === 'string' && secondsOf(moment) !== undefined
      ? [{ group, local: moment, values: { events: [name] } }]
      : [],
  );
}
