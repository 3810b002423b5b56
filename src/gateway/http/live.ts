import type { Clock } from '../../core/clock.ts';
import type { ApiChange, ApiState } from '../../core/site/api.ts';
import { memberStateDocument } from '../../core/site/documents.ts';
import { type Member, memberOfChange, type SiteChange, type SiteView } from '../../core/site/index.ts';
import type { ApiMember } from '../../core/site/api.ts';
import { Refusal } from './failure.ts';
import { type Audience, comment, event, listener, type Listener } from './event-stream.ts';

/** The changes of a site as a stream of events that can be taken up again. */
export interface LiveFeed {
  /**
   * @param members only changes of these, and of no member at all; undefined: all
   * @param last id of the last event that was heard; what came since is repeated where it is still known, else there is
   *   a full `state` first
   */
  readonly open: (
    members: ReadonlySet<string> | undefined,
    last: string | undefined,
  ) => ReadableStream<Uint8Array>;
  readonly close: () => void;
}

/** What the feed needs. */
export interface LiveFeedOptions {
  readonly view: SiteView;
  readonly clock: Clock;
  readonly audience: Audience;
  /** Tells runs of the gateway apart: events are counted anew in each. */
  readonly run: string;
  readonly json: (document: ApiChange) => string;
  readonly member: (member: Member) => ApiMember;
}

/** Changes kept for those who come back. */
const KEPT = 1_024;
/** Bytes that are repeated at most; a full state is shorter than more. */
const MOST_REPEATED = 128 * 1024;
/** Who may listen at a time. */
const MOST_LISTENERS = 100;
/** Milliseconds after which a browser connects again. */
const RETRY = 2_000;

interface Kept {
  readonly number: number;
  readonly member: string | undefined;
  readonly change: SiteChange;
  /** Made when the first listener needs it, and once for all. */
  bytes?: Uint8Array;
}

/** Follows a site from now on. */
export function liveFeed(options: LiveFeedOptions): LiveFeed {
  const { view, clock, audience, run } = options;
  const kept: Kept[] = [];
  const listeners = new Map<Listener, ReadonlySet<string> | undefined>();
  let count = 0;

  const bytesOf = (one: Kept): Uint8Array =>
    (one.bytes ??= event(
      one.change.what,
      options.json(changeDocument(one.change, options.member)),
      `${run}-${one.number}`,
    ));

  const stop = view.subscribe((change) => {
    const one: Kept = { number: ++count, member: memberOfChange(change), change };
    kept.push(one);
    if (kept.length > KEPT) kept.shift();
    for (const [to, members] of listeners) {
      if (concerns(one, members)) to.send(bytesOf(one));
    }
  });

  const state = (members: ReadonlySet<string> | undefined): Uint8Array =>
    event(
      'state',
      options.json({ what: 'state', ...stateDocument(view, clock.date(), members) }),
      `${run}-${count}`,
    );

  /** What came after an event, or undefined where that is not known or too much. */
  const since = (
    last: string | undefined,
    members: ReadonlySet<string> | undefined,
  ): Uint8Array | undefined => {
    const [, of, number] = /^(.+)-(\d{1,15})$/.exec(last ?? '') ?? [];
    const from = Number(number);
    const known = of === run && from <= count && from >= (kept[0]?.number ?? count + 1) - 1;
    if (!known) return undefined;
    const missed = kept.filter((one) => one.number > from && concerns(one, members)).map(bytesOf);
    const bytes = Buffer.concat([comment('welcome back'), ...missed]);
    return bytes.length > MOST_REPEATED ? undefined : bytes;
  };

  return {
    open: (members, last) => {
      if (listeners.size >= MOST_LISTENERS) {
        throw new Refusal('too_many', `${MOST_LISTENERS} are listening already`, {
          headers: { 'Retry-After': '10' },
        });
      }
      const one = listener(
        () => state(members),
        () => {
          listeners.delete(one);
          audience.remove(one);
        },
      );
      one.send(Buffer.concat([Buffer.from(`retry: ${RETRY}\n\n`), since(last, members) ?? state(members)]));
      listeners.set(one, members);
      audience.add(one);
      return one.stream;
    },
    close: stop,
  };
}

/** The latest of a site. */
export function stateDocument(view: SiteView, at: number, members?: ReadonlySet<string>): ApiState {
  return {
    at,
    members: view.members().flatMap(({ name }) => {
      const state = members?.has(name) === false ? undefined : view.state(name);
      return state === undefined ? [] : [memberStateDocument(state)];
    }),
    alarms: view.alarms().filter(({ member }) => member === undefined || members?.has(member) !== false),
  };
}

function changeDocument(change: SiteChange, describe: LiveFeedOptions['member']): ApiChange {
  if (change.what !== 'member') return change;
  const { what, name, member } = change;
  return { what, name, ...(member === undefined ? {} : { member: describe(member) }) };
}

function concerns({ member }: Kept, members: ReadonlySet<string> | undefined): boolean {
  return member === undefined || members?.has(member) !== false;
}
