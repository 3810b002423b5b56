import type { OutputContext } from '../../core/site/index.ts';
import type { Announced, Form } from './messages.ts';
import type { Named } from './unique-id.ts';

/** What is remembered of a device that was announced. */
export interface LedgerEntry extends Named {
  readonly form: Form;
  readonly announced: Announced;
  /** Paths that were seen, by group. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** Paths that their group does not bring any more, by `group path`: since when, milliseconds since 1970-01-01T00:00Z. */
  readonly absent: Readonly<Record<string, number>>;
}

/** What was announced, by member; survives a restart. */
export interface Ledger {
  readonly get: (member: string) => LedgerEntry | undefined;
  readonly set: (member: string, entry: LedgerEntry | undefined) => void;
  readonly members: () => readonly string[];
}

const NAME = 'homeassistant';
const VERSION = 1;

/** As it is kept. */
interface Kept {
  readonly version: number;
  readonly members: Readonly<Record<string, LedgerEntry>>;
}

/** Reads it. What cannot be read counts as nothing: the sweep of the broker finds what is left. */
export async function openLedger(
  memory: OutputContext['memory'],
  onError: (error: unknown) => void,
): Promise<Ledger> {
  const entries = new Map<string, LedgerEntry>();
  const read = parsed(await memory.get(NAME));
  if (read?.version === VERSION) {
    for (const [name, entry] of Object.entries(read.members)) entries.set(name, entry);
  }
  let saving = Promise.resolve();
  const keep = (): void => {
    const text = JSON.stringify({ version: VERSION, members: Object.fromEntries(entries) });
    saving = saving.then(() => memory.set(NAME, text)).catch(onError);
  };
  return {
    get: (member) => entries.get(member),
    set: (member, entry) => {
      if (JSON.stringify(entries.get(member)) === JSON.stringify(entry)) return;
      if (entry === undefined) entries.delete(member);
      else entries.set(member, entry);
      keep();
    },
    members: () => [...entries.keys()],
  };
}

function parsed(text: string | undefined): Kept | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Kept); // written by ourselves, under its version
  } catch {
    return undefined;
  }
}
