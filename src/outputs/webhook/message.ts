import { format } from '../../core/quantity.ts';
import {
  type Entry,
  type Member,
  memberGroup,
  pointsOf,
  type Severity,
  type SiteEvent,
} from '../../core/site/index.ts';
import type { Snapshot } from '../../core/snapshot.ts';

/** What a receiver wants to hear of. */
export interface Wanted {
  /** `alarms`: raised, cleared, acknowledged; `events`: all others. */
  readonly what: readonly ('alarms' | 'events' | 'readings')[];
  /** Of alarms and events: only these and more serious ones. */
  readonly severity: Severity;
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** Whether an entry is to be told. */
export function isWanted(entry: Entry, { what, severity }: Wanted): boolean {
  if (entry.what === 'snapshot') return what.includes('readings');
  const { kind, severity: has } = entry.event;
  return (
    what.includes(kind.startsWith('alarm_') ? 'alarms' : 'events') &&
    SEVERITIES.indexOf(has) >= SEVERITIES.indexOf(severity)
  );
}

/** An entry as a document: times in ISO 8601, `seq` the same when it comes twice. */
export function documentOf(site: string, { sequence, ...entry }: Entry): object {
  const common = { schema: 1, site, seq: sequence };
  if (entry.what === 'event') return { ...common, what: 'event', ...event(entry.event) };
  const { at, ...snapshot } = entry.snapshot;
  return { ...common, what: 'reading', at: new Date(at).toISOString(), ...snapshot };
}

function event({ at, ...rest }: SiteEvent): object {
  return { at: new Date(at).toISOString(), ...rest };
}

/** An entry as a sentence for a person. */
export function sentenceOf(entry: Entry, member: Member | undefined): string {
  if (entry.what === 'event') return entry.event.text;
  const { device, group } = entry.snapshot;
  return `${member?.title ?? device}, ${group}: ${values(entry.snapshot, member)}`;
}

function values({ group: name, values: read }: Snapshot, member: Member | undefined): string {
  const group = member === undefined ? undefined : memberGroup(member, name);
  if (group === undefined) return JSON.stringify(read);
  return pointsOf(group, read)
    .filter(({ field }) => field.kind !== 'raw')
    .map(({ path, value, field }) => `${path} ${format(value, field.quantity)}`)
    .join(', ');
}
