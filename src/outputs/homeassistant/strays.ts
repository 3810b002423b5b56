import type { Post } from '../../core/site/broker.ts';
import { isRecord, type Value } from '../../core/snapshot.ts';
import type { LedgerEntry } from './ledger.ts';
import { type Form, topicsOfDevice } from './messages.ts';

/** Announcements of ours that a broker still keeps although nobody remembers them: the memory was lost. */
export interface Strays {
  readonly filters: readonly string[];
  /** Notes what the broker keeps. */
  readonly heard: (topic: string, payload: string, retained: boolean) => void;
  /** Takes away what is not among the announcements given; once. */
  readonly removals: (ours: readonly Pick<LedgerEntry, 'form' | 'uid' | 'announced'>[]) => readonly Post[];
}

/** Most topics that are noted. */
const MOST = 10_000;

/** Only what stands under our own node and says that it is from us is ever taken away. */
export function strays({ prefix, node }: Form): Strays {
  const topic = `${prefix}/+/${node}/+/config`;
  const ours = (name: string): boolean => {
    const [platform, middle, id, end, ...more] = name.slice(prefix.length + 1).split('/');
    return (
      name.startsWith(`${prefix}/`) &&
      platform !== undefined &&
      middle === node &&
      id !== undefined &&
      end === 'config' &&
      more.length === 0
    );
  };
  const found = new Set<string>();
  return {
    filters: [topic],
    heard: (name, payload, retained) => {
      if (!retained || !ours(name)) return;
      if (payload === '') found.delete(name);
      else if (found.size < MOST && isFromUs(payload)) found.add(name);
    },
    removals: (known) => {
      const wanted = new Set(
        known.flatMap(({ form, uid, announced }) => topicsOfDevice(form, uid, announced)),
      );
      const gone = [...found].filter((name) => !wanted.has(name));
      found.clear();
      return gone.map((name) => ({ topic: name, payload: '', retain: true }));
    },
  };
}

function isFromUs(payload: string): boolean {
  try {
    const read = JSON.parse(payload) as Value; // JSON holds nothing else
    return isRecord(read) && isRecord(read.origin) && read.origin.name === 'busbar';
  } catch {
    return false;
  }
}
