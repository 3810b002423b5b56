import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { type Clock, sleep } from '../../core/clock.ts';
import type { BirthListener, Consumer, Delivery, Logger, Source } from '../../core/site/index.ts';
import { type NatsAccess, openConnection, PATIENCE } from './session.ts';
import { natsFault } from './trouble.ts';

/** From which stream the messages of many sites are taken. */
export interface NatsSourceOptions extends NatsAccess {
  /** Stream of JetStream that keeps them. */
  readonly stream: string;
  /** Consumers of one group share the messages: the durable consumer of this name, made where it is missing. */
  readonly group: string;
  /** Name of the connection, as the server shows it. */
  readonly client_id: string;
  /** What the subjects of a site begin with: `busbar.*`. */
  readonly base: string;
  /** Seconds that the server keeps the group's place while nobody is there. */
  readonly keep: number;
}

/** Nanoseconds of a second. */
const SECOND = 1_000_000_000;
/** Seconds after which what was not acknowledged comes again, to any of the group. */
const ACK_WAIT = 20;
/** Messages on their way to a group, at most. */
const WINDOW = 10_000;
/** Milliseconds that a request for messages waits, and a pause after a failure. */
const WAIT = 1_000;

/** The streams of many sites from JetStream. What breaks is tried again until it is closed. */
export function natsSource(options: NatsSourceOptions, clock: Clock, log: Logger): Source {
  const { stream, group, base, keep, client_id } = options;
  const shown = options.servers.map((one) => one.replace(/\/\/[^/@]*@/, '//')).join(', ');
  let said = '';

  /** Acts with connections of its own, one after another, until the signal aborts. */
  const again = async (
    signal: AbortSignal,
    act: (opened: Awaited<ReturnType<typeof openConnection>>) => Promise<void>,
  ): Promise<void> => {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      let end = (): void => undefined;
      try {
        const opened = await openConnection(options, client_id);
        end = () => void opened.connection.close().catch(() => undefined);
        signal.addEventListener('abort', end);
        if (!isOver()) await act(opened);
      } catch (error) {
        const { message } = natsFault(shown, error);
        if (!isOver() && message !== said) log.warn(message);
        said = message;
      } finally {
        signal.removeEventListener('abort', end);
        end();
      }
      await sleep(clock, WAIT, signal);
    }
  };

  return {
    consume: () => {
      const closing = new AbortController();
      const waiting: Delivery[] = [];
      let isPoked = false;
      let wake = (): void => undefined;
      let isEmptied = (): void => undefined;
      const taken = again(closing.signal, async ({ connection, jet }) => {
        const manager = await jet.jetstreamManager(connection, { timeout: PATIENCE });
        await manager.consumers.add(stream, {
          durable_name: group,
          // A server before 2.10 takes one filter only: births come too, and are passed over.
          filter_subject: `${base}.>`,
          ack_policy: jet.AckPolicy.Explicit,
          ack_wait: ACK_WAIT * SECOND,
          max_ack_pending: WINDOW,
          inactive_threshold: keep * SECOND,
        });
        const consumer = await jet.jetstream(connection, { timeout: PATIENCE }).consumers.get(stream, group);
        said = '';
        log.info(`connected to ${shown}, taking from ${stream} as one of ${group}`);
        while (!closing.signal.aborted && !connection.isClosed()) {
          const batch = await consumer.fetch({ max_messages: 1_000, expires: WAIT });
          for await (const message of batch) {
            const topic = topicOf(message);
            if (isBirth(topic)) message.ack();
            else
              waiting.push({
                topic,
                payload: message.data,
                acknowledge: () => {
                  if (!connection.isClosed()) message.ack();
                },
              });
          }
          if (waiting.length === 0) continue;
          wake();
          await new Promise<void>((resolve) => (isEmptied = resolve));
        }
      });
      const consumer: Consumer = {
        next: async (most) => {
          if (waiting.length === 0 && !isPoked && !closing.signal.aborted) {
            isEmptied();
            await new Promise<void>((resolve) => (wake = resolve));
          }
          isPoked = false;
          return closing.signal.aborted ? undefined : waiting.splice(0, most);
        },
        poke: () => {
          isPoked = true;
          wake();
        },
        close: async () => {
          closing.abort();
          wake();
          isEmptied();
          await taken;
        },
      };
      return Promise.resolve(consumer);
    },
    listenToBirths: (onBirth) => {
      const closing = new AbortController();
      const heard = again(closing.signal, async ({ connection, jet }) => {
        const consumer = await jet.jetstream(connection, { timeout: PATIENCE }).consumers.get(stream, {
          filter_subjects: `${base}.*.birth`,
          deliver_policy: jet.DeliverPolicy.LastPerSubject,
        });
        const messages: ConsumerMessages = await consumer.consume();
        // Also when it broke off, what it waits for does not end by itself.
        void connection.closed().then(() => messages.close());
        for await (const message of messages) {
          onBirth(topicOf(message).replace(/\/birth$/, ''), message.string());
        }
      });
      const listener: BirthListener = {
        close: async () => {
          closing.abort();
          await heard;
        },
      };
      return Promise.resolve(listener);
    },
  };
}

/** In the form of MQTT, which those who store know. */
const topicOf = ({ subject }: JsMsg): string => subject.replaceAll('.', '/');
const isBirth = (topic: string): boolean => topic.endsWith('/birth');
