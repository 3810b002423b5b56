import { randomUUID } from 'node:crypto';
import { birthDocument, memberBirth } from '../../core/site/birth.ts';
import { entryMessage } from '../../core/site/entry-message.ts';
import {
  type Entry,
  type Output,
  type OutputContext,
  onlyMembers,
  type StreamSource,
  valueWithRole,
} from '../../core/site/index.ts';
import type { NatsOptions } from './options.ts';
import { openSession, type Session } from './session.ts';
import { natsFault } from './trouble.ts';

/** Entries a delivery, and messages on their way at a time. */
const BATCH = 500;
const WINDOW = 100;

/** A NATS output as configured. */
export type NatsOutputOptions = NatsOptions & {
  /** Only these members; absent: all. */
  readonly members?: readonly string[];
};

/**
 * Sends a site to a stream of JetStream: the documents that the MQTT output sends with `stream: true`, under subjects
 * with points: `busbar.home.stream.shunt.measured`, `busbar.home.events`, `busbar.home.birth`, `busbar.home.shunt.birth`.
 * @param version of busbar
 */
export async function natsOutput(
  options: NatsOutputOptions,
  { view: whole, memory, log }: OutputContext,
  version: string,
): Promise<Output> {
  const view = options.members === undefined ? whole : onlyMembers(whole, options.members);
  const gateway = (await memory.get('gateway_id')) ?? randomUUID();
  await memory.set('gateway_id', gateway);
  const source: StreamSource = { site: view.site, gateway, boot: randomUUID() };
  const base = `${options.prefix}.${view.site}`;
  const places = {
    stream: (member: string, group: string) => `${base}.stream.${member}.${group}`,
    memberBirth: (member: string) => `${base}.${member}.birth`,
  };
  const shown = options.servers.map((one) => one.replace(/\/\/[^/@]*@/, '//')).join(', ');
  let session: Session | undefined;
  /** Births as they were said last over this connection, by subject. */
  let said = new Map<string, string>();

  const use = async <R>(signal: AbortSignal, act: (session: Session) => Promise<R>): Promise<R> => {
    const stop = (): void => session?.end();
    signal.addEventListener('abort', stop);
    try {
      if (session === undefined || session.isOver()) {
        session = await openSession(options);
        said = new Map();
        log.info(`connected to ${shown}`);
      }
      if (signal.aborted) stop();
      return await act(session);
    } catch (error) {
      const fault = natsFault(shown, error);
      if (fault.code !== 'refused') {
        session?.end();
        session = undefined;
      }
      throw fault;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };

  const serialOf = (name: string): string | undefined => {
    const state = view.state(name);
    const serial = state === undefined ? undefined : valueWithRole(state, 'serial_number');
    return serial === undefined || serial === '' ? undefined : String(serial);
  };

  /** Says who is there, before what they measured; what was said already is not said again. */
  const sayBirths = async (to: Session): Promise<void> => {
    const births = new Map(
      view
        .members()
        .map((member) => [places.memberBirth(member.name), memberBirth(member, serialOf(member.name))]),
    );
    births.set(`${base}.birth`, birthDocument(view, source, places, version, serialOf));
    for (const [subject, text] of births) {
      if (said.get(subject) === text) continue;
      await to.publish(subject, text);
      said.set(subject, text);
    }
  };

  const subjectOf = (entry: Entry): string =>
    entry.what === 'event' ? `${base}.events` : places.stream(entry.snapshot.device, entry.snapshot.group);

  return {
    batch: BATCH,
    deliver: (entries, signal) =>
      use(signal, async (to) => {
        await sayBirths(to);
        for (let from = 0; from < entries.length; from += WINDOW) {
          const outcomes = await Promise.allSettled(
            entries.slice(from, from + WINDOW).map((entry) => {
              const { payload, key } = entryMessage(entry, source, view);
              return to.publish(subjectOf(entry), payload, key);
            }),
          );
          const failed = outcomes.find((one) => one.status === 'rejected');
          if (failed !== undefined) throw failed.reason;
        }
      }),
    test: (signal) => use(signal, (to) => to.about()),
    close: () => {
      session?.end();
      return Promise.resolve();
    },
  };
}
