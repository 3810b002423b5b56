import { faultOf } from '../../core/fault.ts';
import {
  asker,
  described,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  type Output,
  type OutputContext,
} from '../../core/site/index.ts';
import { linesOf } from './lines.ts';
import type { InfluxdbOptions } from './options.ts';

/** Most lines in a request, as the makers of InfluxDB advise. */
const LINES = 5_000;

/**
 * Writes to InfluxDB 1, 2 or 3. A batch is written as often as it takes: the same point again changes nothing. What is
 * against the schema (a field that has another type there) or older than the retention policy is refused by the server
 * with its reason, and set aside entry by entry.
 */
export function influxdb(options: InfluxdbOptions, context: OutputContext, client: HttpClient): Output {
  const { view, clock } = context;
  const { ask } = asker(client, clock, isVerdict);
  const write = writeRequest(options);

  const inPrecision = (line: string): string => {
    if (options.precision === 'ms') return line;
    const before = line.lastIndexOf(' ') + 1;
    return line.slice(0, before) + String(Math.floor(Number(line.slice(before)) / 1000));
  };

  return {
    deliver: async (entries, signal) => {
      const groupOf = described(view);
      const lines = entries.flatMap((entry) =>
        linesOf(view.site, entry, entry.what === 'event' ? undefined : groupOf(entry.snapshot)),
      );
      for (let from = 0; from < lines.length; from += LINES) {
        const body = lines
          .slice(from, from + LINES)
          .map(inPrecision)
          .join('\n');
        await ask({ ...write, body }, signal);
      }
    },
    test: async (signal) => {
      // A comment is a write in which nothing is written: address, rights and database are checked all the same.
      try {
        await ask({ ...write, body: '# busbar' }, signal);
      } catch (error) {
        // Some versions want a point, and say so only when they have checked everything else.
        if (faultOf(error, 'output').code !== 'refused') throw error;
      }
      return `${client.receiver} takes writes to ${options.bucket ?? options.database ?? ''}`;
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

/** Whether an answer is InfluxDB's own: a proxy, or another program, has nothing to say about what is written. */
function isVerdict({ text }: HttpAnswer): boolean {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null && ('error' in said || 'code' in said);
  } catch {
    return false;
  }
}

/** The request of a write without its body. */
function writeRequest({
  version,
  database = '',
  retention_policy,
  org = '',
  bucket = '',
  precision,
}: InfluxdbOptions): HttpRequest {
  const request = { method: 'POST', headers: { 'Content-Type': 'text/plain; charset=utf-8' } } as const;
  switch (version) {
    case 1: {
      const rp = retention_policy === undefined ? {} : { rp: retention_policy };
      return { ...request, path: '/write', query: { db: database, ...rp, precision } };
    }
    case 2:
      return { ...request, path: '/api/v2/write', query: { org, bucket, precision } };
    case 3: {
      const named = precision === 's' ? 'second' : 'millisecond';
      // What is good in a batch stays there; the rest is told and comes again by itself, to be set aside.
      const query = { db: database, precision: named, accept_partial: 'true' };
      return { ...request, path: '/api/v3/write_lp', query };
    }
  }
}
