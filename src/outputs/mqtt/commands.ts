import { Fault, faultOf } from '../../core/fault.ts';
import type { Post } from '../../core/site/broker.ts';
import type { OutputContext, RemoteCommand } from '../../core/site/output.ts';
import type { Topics } from '../../core/site/topics.ts';
import { isRecord, type Value } from '../../core/snapshot.ts';
import type { Arrival } from './session.ts';

/** What a message on a command topic asks. */
export interface Order {
  /** The value as typed. */
  readonly value: string;
  /** When it was given, if it says so: milliseconds since 1970-01-01T00:00Z. */
  readonly at?: number;
  /** Names the command: the same id twice is carried out once. */
  readonly id?: string;
}

/** Longest payload that is looked at, in bytes. */
const LONGEST = 4_096;
/** Commands under way at a time, and answers kept for those that come twice. */
const MOST_AT_ONCE = 8;
const REMEMBERED = 256;

/**
 * Reads the payload of a command: the value as it is, or `{"value": 14.2, "at": "2026-11-21T04:15:00Z", "id": "42"}` with
 * `at` and `id` as one likes. Throws a `config` fault.
 */
export function parseOrder(payload: Uint8Array): Order {
  if (payload.length > LONGEST) {
    throw new Fault('config', `a command of ${payload.length} bytes: expected at most ${LONGEST}`);
  }
  const text = new TextDecoder().decode(payload).trim();
  if (!text.startsWith('{')) return { value: text };
  let read: Value;
  try {
    read = JSON.parse(text) as Value; // JSON holds nothing else
  } catch (cause) {
    throw new Fault('config', 'a command begins with { and is no JSON', { cause });
  }
  const { value, at, id } = isRecord(read) ? read : {};
  if (value !== undefined && typeof value === 'object' && value !== null) {
    throw new Fault(
      'config',
      `the value of a command is ${JSON.stringify(value)}: expected a number or a text`,
    );
  }
  const given = momentOf(at);
  return {
    value: value === undefined ? '' : value === null ? 'off' : String(value),
    ...(given === undefined ? {} : { at: given }),
    ...(typeof id === 'string' || typeof id === 'number' ? { id: String(id) } : {}),
  };
}

function momentOf(at: Value | undefined): number | undefined {
  if (at === undefined || at === null) return undefined;
  const moment = typeof at === 'string' ? Date.parse(at) : at;
  if (typeof moment !== 'number' || !Number.isFinite(moment)) {
    throw new Fault(
      'config',
      `the time of a command is ${JSON.stringify(at)}: expected 2026-11-21T04:15:00Z`,
    );
  }
  return moment;
}

/** Carries out commands and answers them. */
export interface CommandDesk {
  /** Takes what arrived; never throws, never waits. */
  readonly take: (arrival: Arrival) => void;
  /** How many were taken, and how many of them were refused or failed. */
  readonly counts: () => { readonly taken: number; readonly failed: number };
}

/** @param answer sends an answer; its failure is nobody's business: who asked asks again */
export function commandDesk(
  topics: Topics,
  { write, clock, log }: Pick<OutputContext, 'write' | 'clock' | 'log'>,
  answer: (post: Post) => Promise<void>,
): CommandDesk {
  const answers = new Map<string, Promise<string>>();
  let open = 0;
  let taken = 0;
  let failed = 0;

  const perform = async (command: RemoteCommand, order: Order): Promise<string> => {
    const about = {
      field: command.field,
      value: command.value,
      ...(order.id === undefined ? {} : { id: order.id }),
    };
    try {
      if (open >= MOST_AT_ONCE)
        throw new Fault('refused', `${open} commands are under way already: try again`);
      open++;
      const { outcome, before, after } = await write(command).finally(() => open--);
      return JSON.stringify({ ...about, ok: true, outcome, before, after, at: iso(clock.date()) });
    } catch (error) {
      return refusal(about, error);
    }
  };

  const refusal = (about: object, error: unknown): string => {
    failed++;
    const { code, message, hint } = faultOf(error, 'output');
    log.warn(`a command failed: ${message}`);
    const shown = { code, message, ...(hint === undefined ? {} : { hint }) };
    return JSON.stringify({ ...about, ok: false, error: shown, at: iso(clock.date()) });
  };

  /** The answer of a command; of one that comes twice the answer of the first. */
  const answered = (command: RemoteCommand, order: Order): Promise<string> => {
    const key = order.id === undefined ? undefined : `${command.member}/${command.field}/${order.id}`;
    const known = key === undefined ? undefined : answers.get(key);
    if (known !== undefined) return known;
    const made = perform(command, order);
    if (key !== undefined) {
      answers.set(key, made);
      for (const [oldest] of answers) {
        if (answers.size <= REMEMBERED) break;
        answers.delete(oldest);
      }
    }
    return made;
  };

  const handle = async (member: string, field: string, arrival: Arrival): Promise<void> => {
    const reply = (payload: string): Promise<unknown> => {
      const { responseTopic, correlation } = arrival;
      const posts: Post[] = [{ topic: topics.result(member), payload }];
      if (responseTopic !== undefined && mayAnswerAt(responseTopic)) {
        posts.push({ topic: responseTopic, payload, ...(correlation === undefined ? {} : { correlation }) });
      }
      return Promise.allSettled(posts.map(answer));
    };
    let payload: string;
    try {
      if (arrival.retained) {
        throw new Fault('refused', `the broker keeps this command for ${arrival.topic}, so it may be old`, {
          hint: 'send commands without the retain flag, and remove the kept one with an empty retained message',
        });
      }
      const order = parseOrder(arrival.payload);
      const { value, at } = order;
      payload = await answered(
        { member, field, value, by: `mqtt:${arrival.topic}`, ...(at === undefined ? {} : { at }) },
        order,
      );
    } catch (error) {
      payload = refusal({ field }, error);
    }
    await reply(payload);
  };

  /** An answer must not be taken for a command, ours or another gateway's. */
  const mayAnswerAt = (topic: string): boolean => !/[+#]/.test(topic) && !/\/set\/[^/]*$/.test(topic);

  return {
    take: (arrival) => {
      const of = topics.commandOf(arrival.topic);
      // An empty retained message is how a kept one is removed.
      if (of === undefined || (arrival.retained && arrival.payload.length === 0)) return;
      taken++;
      void handle(of.member, of.field, arrival);
    },
    counts: () => ({ taken, failed }),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
