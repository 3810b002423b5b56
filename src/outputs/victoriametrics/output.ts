import {
  asker,
  described,
  type Entry,
  type HttpClient,
  metricsOf,
  type Output,
  type OutputContext,
} from '../../core/site/index.ts';
import { Fault } from '../../core/fault.ts';
import { DAY, parseRetention } from './retention.ts';

/** How a VictoriaMetrics output is set. */
export interface VictoriametricsOptions {
  /** First part of metric names. */
  readonly prefix: string;
  /** Added to every series. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A series in the form of `/api/v1/import`. */
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: number[];
  readonly timestamps: number[];
}

/** Milliseconds for which an answer about the retention is believed. */
const BELIEVED = 600_000;
/** What is younger than this is kept by every server: the shortest retention that one accepts is a day. */
const CERTAIN = DAY;
/** What it acknowledges is in its memory only, for some seconds; a minute is more than enough. */
const UNWRITTEN = 60_000;
/** What lies further ahead is dropped, too. Source: the server, which counts it as `big_timestamp`. */
const FUTURE = 2 * DAY;

/**
 * Writes to VictoriaMetrics by its JSON import, under the names that `/metrics` has. Numbers go there as numbers, so that
 * none can become the 0 that it makes of text; what cannot be a number stays here. It drops what is older than its
 * retention without saying so, so it is asked for that, and such entries are set aside with the reason. Events are not
 * sent: it knows numbers only.
 */
export function victoriametrics(
  options: VictoriametricsOptions,
  context: OutputContext,
  client: HttpClient,
): Output {
  const { view, clock, log } = context;
  const { ask } = asker(client, clock);
  let known: { readonly at: number; readonly retention: number | undefined } | undefined;

  /** Milliseconds that the server keeps; undefined where it does not tell (a cluster, a proxy that hides it). */
  const retention = async (signal: AbortSignal): Promise<number | undefined> => {
    if (known !== undefined && clock.now() - known.at < BELIEVED) return known.retention;
    const { status, text } = await client.send({ method: 'GET', path: '/metrics' }, signal);
    const kept = status === 200 ? parseRetention(text) : undefined;
    if (kept === undefined && known === undefined) {
      log.warn(`${client.receiver} does not tell its retention, and drops what is older without a word`);
    }
    known = { at: clock.now(), retention: kept };
    return kept;
  };

  /** Refuses a batch in which something lies where the server keeps nothing. */
  const checkTimes = async (entries: readonly Entry[], signal: AbortSignal): Promise<void> => {
    const times = entries.flatMap((entry) => (entry.what === 'snapshot' ? entry.snapshot.at : []));
    const now = clock.date();
    const drops = (what: string): Fault =>
      new Fault('refused', `${client.receiver} would drop this without a word: ${what}`);
    if (Math.max(...times) > now + FUTURE) throw drops('it lies more than two days ahead');
    const oldest = Math.min(...times);
    if (oldest > now - CERTAIN) return;
    const kept = await retention(signal);
    if (kept === undefined || oldest >= now - kept) return;
    const days = Math.floor(kept / DAY);
    throw drops(`it keeps ${days} days, and this is older; start it with -retentionPeriod=100y`);
  };

  return {
    forgets: UNWRITTEN,
    deliver: async (entries, signal) => {
      await checkTimes(entries, signal);
      const groupOf = described(view);
      const series = new Map<string, Series>();
      for (const entry of entries) {
        if (entry.what === 'event') continue;
        const { device, at, values, group: name } = entry.snapshot;
        const group = groupOf(entry.snapshot);
        for (const { family, labels, value } of metricsOf(options.prefix, group, values)) {
          const metric = {
            __name__: family.name,
            ...options.labels,
            site: view.site,
            device,
            group: name,
            ...labels,
          };
          const key = JSON.stringify(metric);
          const found: Series = series.get(key) ?? { metric, values: [], timestamps: [] };
          series.set(key, found);
          found.values.push(value);
          found.timestamps.push(Math.round(at));
        }
      }
      if (series.size === 0) return;
      const body = [...series.values()].map((one) => JSON.stringify(one)).join('\n');
      await ask({ method: 'POST', path: '/api/v1/import', headers: JSON_TYPE, body }, signal);
    },
    test: async (signal) => {
      await ask({ method: 'POST', path: '/api/v1/import', headers: JSON_TYPE, body: '' }, signal);
      const kept = await retention(signal);
      const days = kept === undefined ? 'a time that it does not tell' : `${Math.floor(kept / DAY)} days`;
      return `${client.receiver} takes imports, and keeps them for ${days}`;
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
