import {
  asker,
  type Entry,
  type HttpClient,
  type HttpRequest,
  type Output,
  type OutputContext,
} from '../../core/site/index.ts';
import { documentOf, isWanted, sentenceOf, type Wanted } from './message.ts';

/** How a webhook is set. */
export interface WebhookOptions extends Wanted {
  readonly method: 'POST' | 'PUT';
  /** `json`: one document; `text`: the sentence alone. */
  readonly format: 'json' | 'text';
  /** Sent along; they go before ours. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Entries are told one by one, so few are enough at a time: all of them must fit into the time of one delivery. */
const BATCH = 50;

/**
 * Tells each alarm, event or reading by a request of its own, in their order. After a failure it goes on behind the last
 * one that was taken; only after a restart some may come twice, with the same `Idempotency-Key`.
 */
export function webhook(options: WebhookOptions, context: OutputContext, client: HttpClient): Output {
  const { view, clock } = context;
  const { ask } = asker(client, clock);
  /** What was taken of a batch that failed further on. */
  const taken = new Set<string>();

  const request = (key: string, text: string, document: object): HttpRequest => ({
    method: options.method,
    path: '',
    headers: {
      'Content-Type': options.format === 'json' ? 'application/json' : 'text/plain; charset=utf-8',
      'Idempotency-Key': key,
      ...options.headers,
    },
    body: options.format === 'json' ? JSON.stringify(document) : text,
  });

  return {
    batch: BATCH,
    deliver: async (entries, signal) => {
      for (const entry of entries) {
        const key = keyOf(view.site, entry);
        if (taken.has(key) || !isWanted(entry, options)) continue;
        const name = entry.what === 'snapshot' ? entry.snapshot.device : undefined;
        const member = view.members().find((one) => one.name === name);
        await ask(request(key, sentenceOf(entry, member), documentOf(view.site, entry)), signal);
        taken.add(key);
      }
      // Taken for good: none of these comes again.
      for (const entry of entries) taken.delete(keyOf(view.site, entry));
    },
    test: async (signal) => {
      const text = `busbar: this is a test from ${view.site}`;
      const at = new Date(clock.date()).toISOString();
      const key = `${view.site}-test-${clock.date()}`;
      const answer = await ask(
        request(key, text, { schema: 1, site: view.site, what: 'test', at, text }),
        signal,
      );
      return `${client.receiver} answered ${answer.status}`;
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

/** The same when it comes again; a group whose states are told at once has two entries of one sequence. */
function keyOf(site: string, entry: Entry): string {
  if (entry.what === 'event') return `${site}-${entry.sequence}`;
  const { device, group, values } = entry.snapshot;
  return `${site}-${entry.sequence}-${device}-${group}-${Object.keys(values).length}`;
}
