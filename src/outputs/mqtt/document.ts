import type { Field } from '../../core/field.ts';
import { identity } from '../../core/site/birth.ts';
import { publicValues } from '../../core/site/entry-message.ts';
import type { GroupState, MemberState } from '../../core/site/index.ts';
import type { Value, Values } from '../../core/snapshot.ts';

/** The latest of a group as it is published. */
export interface Shown {
  /** When it was measured: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  readonly values: Values;
}

/**
 * The state of a member as one JSON document, in the form of `busbar read --json`: groups stand at the top level. Every
 * field stands in it at all times, so that templates find it: null while it is unknown, or too old to be shown; lists are
 * empty then. Raw codes are left out.
 * @param shown the values to publish of each group
 */
export function stateDocument(
  { member, groups }: Pick<MemberState, 'member' | 'groups'>,
  shown: (group: string) => Shown | undefined,
  serialNumber: string | undefined,
): string {
  const body: Record<string, unknown> = {};
  const ages: Record<string, string> = {};
  const faults: Record<string, unknown> = {};
  let newest: number | undefined;
  for (const { name, fields } of member.groups) {
    const state = groups[name];
    const latest = state?.freshness === 'gone' ? undefined : shown(name);
    body[name] = published(fields, latest?.values ?? {});
    if (latest !== undefined) {
      ages[name] = iso(latest.at);
      newest = Math.max(newest ?? latest.at, latest.at);
    }
    const fault = state?.fault;
    if (fault !== undefined) faults[name] = { code: fault.code, message: fault.message };
  }
  return JSON.stringify({
    device: identity(member, serialNumber),
    at: newest === undefined ? null : iso(newest),
    ...body,
    measured_at: ages,
    ...(Object.keys(faults).length === 0 ? {} : { faults }),
  });
}

/** Whether a group has anything to show. */
export function isShown(state: GroupState | undefined): boolean {
  return state !== undefined && (state.freshness === 'fresh' || state.freshness === 'stale');
}

const iso = (at: number): string => new Date(at).toISOString();

/** Values in the order of their fields, without raw codes; unknown ones as null, lists as empty. */
function published(fields: readonly Field[], values: Values): Record<string, Value> {
  const known = publicValues(fields, values);
  return Object.fromEntries(
    fields.flatMap(({ name, kind, items }) =>
      kind === 'raw' ? [] : [[name, known[name] ?? (items === undefined ? null : [])] as const],
    ),
  );
}
