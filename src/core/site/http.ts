import type { Clock } from '../clock.ts';
import { Fault } from '../fault.ts';

/** A request to the receiver of an output. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Behind the path of the receiver's URL: `/write`; empty: that path itself. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back, whatever the status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** At most 1 MB of it. */
  readonly text: string;
}

/** A connection to one receiver. */
export interface HttpClient {
  /** The receiver as it may be shown: no user, no password, no query. */
  readonly receiver: string;
  /** Rejects with an `output` fault when no answer comes. */
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly close: () => void;
}

/** Statuses that say something against what was sent, not against us or the way there. */
const CONTENT = new Set([400, 413, 422]);
const HINTS: Readonly<Record<number, string>> = {
  401: 'user, password or token is wrong',
  403: 'the user or token may not write there',
  404: 'is the URL right, and does the database exist?',
  405: 'is this the right URL and the right kind of receiver?',
  429: 'we send more than it takes',
};
/** Longest wait that a receiver may ask for, in milliseconds. */
const LONGEST_WAIT = 3_600_000;

/** Asks a receiver, and takes its answers as it means them. */
export interface Asker {
  /**
   * Resolves with a 2xx answer. Rejects with a `refused` fault where the receiver is against the content, so that sending
   * it again would not help, and with an `output` fault for everything else. While the receiver wants to be left alone
   * (Retry-After) nothing is sent.
   */
  readonly ask: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
}

/**
 * @param isVerdict whether an answer of status 400 or 422 is really the receiver's, and not that of something in between
 */
export function asker(
  client: HttpClient,
  clock: Clock,
  isVerdict: (answer: HttpAnswer) => boolean = () => true,
): Asker {
  let leftAlone = { until: -Infinity, status: 0 };
  return {
    ask: async (request, signal) => {
      const wait = leftAlone.until - clock.now();
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1000);
        throw new Fault(
          'output',
          `${client.receiver} answered ${leftAlone.status} and wants to be left alone for another ${seconds} s`,
        );
      }
      const answer = await client.send(request, signal);
      const { status, text } = answer;
      if (status >= 200 && status < 300) return answer;
      const pause = retryAfter(answer, clock);
      if (pause !== undefined) leftAlone = { until: clock.now() + pause, status };
      const said = text.trim().replace(/\s+/g, ' ').slice(0, 300);
      const isRefusal = CONTENT.has(status) && (status === 413 || isVerdict(answer));
      const hint = isRefusal ? undefined : status >= 300 && status < 400 ? redirected(answer) : HINTS[status];
      throw new Fault(
        isRefusal ? 'refused' : 'output',
        `${client.receiver} answered ${status}${said === '' ? '' : `: ${said}`}${hint === undefined ? '' : ` (${hint})`}`,
      );
    },
  };
}

const redirected = ({ headers }: HttpAnswer): string =>
  `it wants to be asked elsewhere: ${String(headers.location ?? 'it does not say where')}`;

/** Milliseconds that a receiver wants to be left alone; undefined where it does not say. */
function retryAfter({ headers }: HttpAnswer, clock: Clock): number | undefined {
  const wanted = headers['retry-after'];
  if (typeof wanted !== 'string') return undefined;
  const pause = /^\d+$/.test(wanted) ? Number(wanted) * 1000 : Date.parse(wanted) - clock.date();
  return pause > 0 ? Math.min(pause, LONGEST_WAIT) : undefined;
}
