import { type Clock, sleep } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { Post } from '../../core/site/broker.ts';
import type { Entry } from '../../core/site/output.ts';
import { entryMessage } from '../../core/site/entry-message.ts';
import { STREAM_SCHEMA, type SiteView, type StreamSource, type Topics } from '../../core/site/index.ts';

/** Milliseconds after which a snapshot counts as old: it is sent as fast as allowed, not as fast as possible. */
const OLD = 60_000;
/** Old snapshots go out in so many portions a second. */
const PORTIONS = 10;

/** An entry of the journal as a message; undefined for one that is not sent by itself. */
export function entryPost(
  entry: Entry,
  topics: Topics,
  source: StreamSource,
  stream: boolean,
  view: Pick<SiteView, 'state'>,
): Post | undefined {
  if (entry.what === 'snapshot' && !stream) return undefined;
  const { payload, key } = entryMessage(entry, source, view);
  if (entry.what === 'event') return { topic: topics.events, payload, properties: { key } };
  const { device, group } = entry.snapshot;
  return {
    topic: topics.stream(device, group),
    payload,
    properties: { schema: String(STREAM_SCHEMA), site: source.site, key },
  };
}

/** How entries are sent. */
export interface Sending {
  readonly clock: Clock;
  /** Old entries a second. */
  readonly rate: number;
  /** What nobody listens to is not delivered: the sending rejects with `output`. */
  readonly keepUnheard: boolean;
  readonly signal: AbortSignal;
}

/**
 * Sends entries in their order and resolves when all are acknowledged. Old ones are held to a rate, so that a gateway
 * (or a thousand) that comes back does not drown what is current.
 * @param publish brings false where nobody listens
 */
export async function sendInOrder(
  entries: readonly Entry[],
  post: (entry: Entry) => Post | undefined,
  publish: (post: Post) => Promise<boolean>,
  { clock, rate, keepUnheard, signal }: Sending,
): Promise<void> {
  const heard = { snapshot: new Set<string>(), event: new Set<string>() };
  const unheard = { snapshot: new Set<string>(), event: new Set<string>() };
  const offer = async ({ what }: Entry, message: Post): Promise<void> => {
    const isHeard = await publish(message);
    (isHeard ? heard : unheard)[what].add(message.topic);
  };
  const portion = Math.max(1, Math.floor(rate / PORTIONS));
  let old = 0;
  let under: Promise<void>[] = [];
  for (const entry of entries) {
    if (entry.what === 'snapshot' && clock.date() - entry.snapshot.at > OLD && ++old % portion === 0) {
      await settled(under);
      under = [];
      await sleep(clock, (1000 * portion) / rate, signal);
    }
    if (signal.aborted) throw new Fault('cancelled', 'the delivery was ended');
    const message = post(entry);
    if (message !== undefined) under.push(offer(entry, message));
  }
  await settled(under);
  // A broker that was restarted while no consumer was there knows nobody who listens, acknowledges and drops. Who takes
  // readings may not care for events; while nobody takes those either, events are kept as well.
  const [topic, ...more] = [...unheard.snapshot, ...(heard.snapshot.size > 0 ? [] : unheard.event)];
  if (keepUnheard && topic !== undefined) throw unheardFault(topic, more.length);
}

const unheardFault = (topic: string, more: number): Fault =>
  new Fault(
    'output',
    `nobody listens to ${topic}${more === 0 ? '' : ` and ${more} more`}: the broker dropped what it got, it is kept here`,
    {
      hint: 'start the consumer (busbar ingest); where none is wanted, set stream: false, and where the broker itself stores the messages, keep_unheard: false',
    },
  );

/** Waits for all, so that none is left unheard; then fails as the first failed. */
async function settled(under: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(under);
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
