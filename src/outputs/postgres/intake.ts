import { Fault, faultOf } from '../../core/fault.ts';
import { parseMemberBirth } from '../../core/site/birth.ts';
import { parseEventMessage } from '../../core/site/entry-message.ts';
import { type Logger, type Member, parseStreamMessage, type SiteGroup } from '../../core/site/index.ts';
import type { Database } from './database.ts';
import { type Reading, readingOf } from './reading.ts';
import type { StoredEvent } from './rows.ts';
import type { Query } from './session.ts';

/** A message of a stream, or of an event, and where it was heard. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Puts messages of many sites into a database. */
export interface Intake {
  /** Who a member is: the topic of its birth without the end, and the birth. Takes effect with the next `store`. */
  readonly born: (member: string, text: string) => void;
  /**
   * Resolves when all are committed: as rows, or set aside where they are no messages of ours, refused by the database, or
   * of members that nobody described yet. Rejects with `output` when the database is away.
   */
  readonly store: (messages: readonly Message[], signal: AbortSignal) => Promise<void>;
  /** Stores what waited for the births that came meanwhile. Rejects as `store` does. */
  readonly reclaim: (signal: AbortSignal) => Promise<void>;
  /** What was done since the start. */
  readonly counts: () => { readonly messages: number; readonly values: number; readonly set_aside: number };
}

/** A message, and its row where it was set aside before. */
interface Taken extends Message {
  readonly id?: number;
}

interface Aside extends Message {
  readonly why: string;
  /** Member whose birth would help; absent: nothing will. */
  readonly waitsFor?: string;
}

interface Born {
  readonly text: string;
  /** Undefined: its birth cannot be read. */
  readonly member: Member | undefined;
}

/** Messages that waited, taken up at a time. */
const RECLAIM = 1_000;

/** Knows no member yet. */
export function intake(database: Database, schema: string, log: Logger): Intake {
  const births = new Map<string, Born>();
  /** Members for which messages wait in the database; undefined: not asked yet. */
  let awaited: Set<string> | undefined;
  const speakers = new Map<string, string>();
  let messages = 0;
  let values = 0;
  let setAside = 0;

  /** Two gateways that call themselves alike mix their values. */
  const noteSpeaker = (site: string, gateway: string): void => {
    const before = speakers.get(site);
    if (before === gateway) return;
    speakers.set(site, gateway);
    if (before === undefined) return;
    log.warn(
      `site ${site} is spoken for by gateway ${gateway}, before by ${before}: where both run, give them different names`,
    );
  };

  const sorted = (all: readonly Message[]) => {
    const readings: Reading[] = [];
    const events: StoredEvent[] = [];
    const asides: Aside[] = [];
    for (const message of all) {
      const { topic } = message;
      const [, base, name] = /^(.+)\/stream\/([^/]+)\/[^/]+$/.exec(topic) ?? [];
      try {
        const text = utf8.decode(message.payload);
        if (base === undefined || name === undefined) {
          events.push(parseEventMessage(text));
          continue;
        }
        const { site, gateway, at, device, group, kind, values: read } = parseStreamMessage(text);
        noteSpeaker(site, gateway);
        const key = `${base}/${name}`;
        const born = births.get(key);
        if (born === undefined) {
          asides.push({ ...message, why: `nobody has said yet what ${key} is`, waitsFor: key });
          continue;
        }
        readings.push(
          readingOf(site, born.member, { device, group, at: Date.parse(at), kind, values: read }),
        );
      } catch (error) {
        asides.push({ ...message, why: faultOf(error, 'format').message });
      }
    }
    return { readings, events, asides };
  };

  const write = async (all: readonly Taken[], signal: AbortSignal): Promise<void> => {
    const { readings, events, asides } = sorted(all);
    try {
      await database.write(
        {
          readings,
          events,
          also: (query) => keepAside(query, asides, all),
        },
        signal,
      );
      for (const { points } of readings) values += points.length;
      noteAsides(asides);
      return;
    } catch (error) {
      const { code, message: why } = faultOf(error, 'output');
      if (code !== 'refused') throw error;
      const [only] = all;
      if (all.length === 1 && only !== undefined) {
        const aside = { ...only, why };
        await database.run((query) => keepAside(query, [aside], all), signal);
        noteAsides([aside]);
        return;
      }
    }
    const middle = all.length >> 1;
    await write(all.slice(0, middle), signal);
    await write(all.slice(middle), signal);
  };

  const noteAsides = (asides: readonly Aside[]): void => {
    for (const { topic, why, waitsFor } of asides) {
      setAside++;
      if (waitsFor === undefined) log.warn(`set aside a message of ${topic}: ${why}`);
      else awaited?.add(waitsFor);
    }
  };

  /** Sets aside these of all; the others need their rows no more. */
  const keepAside = async (query: Query, asides: readonly Aside[], all: readonly Taken[]): Promise<void> => {
    const ids = all.flatMap(({ id }) => id ?? []);
    if (ids.length > 0) {
      await query(`delete from "${schema}".set_aside where id = any($1::bigint[])`, [`{${ids.join(',')}}`]);
    }
    if (asides.length === 0) return;
    const rows = asides.map(({ topic, payload, why, waitsFor }) => ({
      topic: printable(topic),
      payload: Buffer.from(payload).toString('base64'),
      why: printable(why),
      waits_for: waitsFor ?? null,
    }));
    await query(
      `insert into "${schema}".set_aside (topic, payload, why, waits_for)
       select topic, decode(payload, 'base64'), why, waits_for
       from jsonb_to_recordset($1::jsonb) as n (topic text, payload text, why text, waits_for text)`,
      [JSON.stringify(rows)],
    );
  };

  return {
    born: (name, text) => {
      if (births.get(name)?.text === text) return;
      // Removed: its last messages are still to be read.
      if (text === '') return;
      let groups: readonly SiteGroup[] | undefined;
      try {
        groups = parseMemberBirth(text);
      } catch (error) {
        log.warn(`the birth of ${name}: ${faultOf(error, 'format').message}`);
      }
      const member = { name, title: name, groups: groups ?? [], writables: [], simulated: false };
      births.set(name, { text, member: groups === undefined ? undefined : member });
    },
    store: async (all, signal) => {
      await write(all, signal);
      messages += all.length;
    },
    reclaim: async (signal) => {
      if (awaited === undefined) {
        const found = new Set<string>();
        await database.run(async (query) => {
          const rows = await query(
            `select distinct waits_for from "${schema}".set_aside where waits_for is not null`,
          );
          for (const { waits_for: name } of rows) found.add(String(name));
        }, signal);
        awaited = found;
      }
      for (const name of awaited) {
        while (births.has(name)) {
          const waiting: Taken[] = [];
          await database.run(async (query) => {
            const rows = await query(
              `select id, topic, payload from "${schema}".set_aside where waits_for = $1 order by id limit ${RECLAIM}`,
              [name],
            );
            for (const { id, topic, payload } of rows) {
              if (!(payload instanceof Uint8Array))
                throw new Fault('output', 'set_aside.payload is no bytea');
              waiting.push({ id: Number(id), topic: String(topic), payload });
            }
          }, signal);
          if (waiting.length === 0) {
            awaited.delete(name);
            break;
          }
          await write(waiting, signal);
        }
      }
    },
    counts: () => ({ messages, values, set_aside: setAside }),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A text column takes everything but NUL. */
const printable = (text: string): string => text.replaceAll('\0', '\uFFFD');
