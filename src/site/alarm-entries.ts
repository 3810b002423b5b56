import type { Entry } from './alarm-entry.ts';

/** Troubles by their subject, and by their member, so that a reading of one device does not go through those of all. */
export interface Entries {
  readonly get: (subject: string) => Entry | undefined;
  /** Takes one in, in place of what had its subject. */
  readonly set: (subject: string, entry: Entry) => void;
  readonly delete: (subject: string) => void;
  /** All of them, oldest first. */
  readonly all: () => readonly (readonly [subject: string, entry: Entry])[];
  /** Those of a member, oldest first. */
  readonly of: (member: string) => readonly (readonly [subject: string, entry: Entry])[];
}

/** @param initial those that are there already */
export function entriesWith(initial: readonly (readonly [string, Entry])[]): Entries {
  const entries = new Map<string, Entry>();
  const members = new Map<string, Map<string, Entry>>();
  const drop = (subject: string): void => {
    const member = entries.get(subject)?.member;
    entries.delete(subject);
    if (member === undefined) return;
    const own = members.get(member);
    own?.delete(subject);
    if (own?.size === 0) members.delete(member);
  };
  const set = (subject: string, entry: Entry): void => {
    const { member } = entry;
    if (entries.get(subject)?.member !== member) drop(subject);
    entries.set(subject, entry);
    if (member === undefined) return;
    const own = members.get(member);
    if (own === undefined) members.set(member, new Map([[subject, entry]]));
    else own.set(subject, entry);
  };
  for (const [subject, entry] of initial) set(subject, entry);
  return {
    get: (subject) => entries.get(subject),
    set,
    delete: drop,
    all: () => [...entries],
    of: (member) => [...(members.get(member) ?? [])],
  };
}
