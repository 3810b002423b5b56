import { type Clock, sleep } from '../core/clock.ts';
import { faultOf } from '../core/fault.ts';
import type { Logger, Source } from '../core/site/index.ts';
import { intake, openDatabase, type PostgresOptions } from './postgres/index.ts';

/** What is moved from where to where. */
export interface IngestOptions {
  readonly from: Source;
  readonly to: PostgresOptions;
  /** True: gives its place in the group up, takes what was assigned to it, and ends. */
  readonly leave: boolean;
}

/** What an ingest did. */
export interface Ingested {
  readonly messages: number;
  readonly values: number;
  readonly set_aside: number;
}

/** Messages a transaction. */
const BATCH = 2_000;
/** Milliseconds in which a broker sends the births that it keeps, after we asked. */
const SETTLE = 1_000;
/** Who leaves has everything when nothing came for so many milliseconds. */
const QUIET = 3_000;
/** Pause after a failure of the database, and the longest; in between it doubles. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** Milliseconds that a transaction under way gets when we are told to stop. */
const STOP = 5_000;
/** Milliseconds between two lines in the log. */
const REPORT = 60_000;

/**
 * Moves the streams of many sites from a broker into a database until the signal aborts. A message is acknowledged when it
 * is committed, and may come any number of times: whatever is killed, nothing is lost and nothing is there twice. Rejects
 * with `config` for settings that no waiting heals; a broker or a database that is away is waited for.
 */
export async function ingest(
  { from, to, leave }: IngestOptions,
  clock: Clock,
  random: () => number,
  log: Logger,
  signal: AbortSignal,
): Promise<Ingested> {
  const database = openDatabase(to, log);
  const work = intake(database, to.schema, log);
  const hard = new AbortController();

  const untilDone = async (act: () => Promise<void>): Promise<void> => {
    for (let failures = 0; ; failures++) {
      try {
        await act();
        return;
      } catch (error) {
        const fault = faultOf(error, 'output');
        if (fault.code === 'config' || signal.aborted) throw fault;
        log.warn(fault.message);
        const pause = Math.min(LONGEST_PAUSE, PAUSE * 2 ** failures) * (0.75 + random() / 2);
        await sleep(clock, pause, signal);
      }
    }
  };

  let isNews = true;
  let poke = (): void => undefined;
  const births = await from.listenToBirths((member, text) => {
    work.born(member, text);
    isNews = true;
    poke();
  });
  const closings: (() => unknown)[] = [births.close, database.close];
  try {
    await untilDone(async () => log.info(await database.about(hard.signal)));
    await sleep(clock, SETTLE, signal);
    const consumer = await from.consume(leave);
    let isLeft = false;
    closings.unshift(() => consumer.close(isLeft));
    poke = consumer.poke;
    const onStop = (): void => {
      void consumer.close();
      closings.push(clock.after(STOP, () => hard.abort()));
    };
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    closings.push(() => signal.removeEventListener('abort', onStop));
    closings.push(reporting(clock, () => log.info(sentence(work.counts()))));

    let heard = clock.now();
    for (;;) {
      const wakeLeaver = leave ? clock.after(QUIET, consumer.poke) : undefined;
      const deliveries = await consumer.next(BATCH);
      wakeLeaver?.();
      if (deliveries === undefined) break;
      if (deliveries.length > 0) {
        heard = clock.now();
        await untilDone(() => work.store(deliveries, hard.signal));
        for (const { acknowledge } of deliveries) acknowledge();
      }
      if (isNews) {
        isNews = false;
        await untilDone(() => work.reclaim(hard.signal));
      }
      if (leave && clock.now() - heard >= QUIET) {
        isLeft = true;
        break;
      }
    }
  } catch (error) {
    // Told to stop while the database was away: what was not stored stays with the broker.
    if (!signal.aborted) throw error;
    log.warn(faultOf(error, 'output').message);
  } finally {
    for (const close of closings) await close();
  }
  log.info(sentence(work.counts()));
  return work.counts();
}

const sentence = ({ messages, values, set_aside }: Ingested): string =>
  `${messages} messages, ${values} values stored, ${set_aside} messages set aside`;

/** Reports now and then; the returned function ends it. */
function reporting(clock: Clock, report: () => void): () => void {
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.after(REPORT, () => {
      report();
      again();
    });
  };
  again();
  return () => cancel();
}
