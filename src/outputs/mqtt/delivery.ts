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

/**
 * Sends entries in their order and resolves when all are acknowledged. Old ones are held to a rate, so that a gateway
 * (or a thousand) that comes back does not drown what is current.
 * @param rate old entries a second
 */
export async function sendInOrder(
  entries: readonly Entry[],
  post: (entry: Entry) => Post | undefined,
  publish: (post: Post) => Promise<void>,
  clock: Clock,
  rate: number,
  signal: AbortSignal,
): Promise<void> {
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
    if (message !== undefined) under.push(publish(message));
  }
  await settled(under);
}

/** Waits for all, so that none is left unheard; then fails as the first failed. */
async function settled(under: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(under);
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
