import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { freePort } from './mosquitto.ts';
import { receiver, type Receiver } from './receiver.ts';

/** A message of a stream. */
export interface Kept {
  readonly subject: string;
  readonly text: string;
  /** By which the stream knows it; empty: it has none. */
  readonly key: string | undefined;
}

/** A nats-server of our own on loopback, with JetStream. */
export interface NatsServer extends Receiver {
  readonly port: number;
  readonly url: string;
  /** Everything that the stream BUSBAR keeps, in its order. */
  readonly kept: () => Promise<readonly Kept[]>;
}

/**
 * Starts one.
 * @param folder for its file and its data, both named after `name`
 * @param lines of its configuration besides listener and store
 */
export async function natsServer(
  folder: string,
  name: string,
  lines: readonly string[] = [],
): Promise<NatsServer> {
  const port = await freePort();
  const file = join(folder, `${name}.conf`);
  const store = join(folder, `${name}-store`);
  await writeFile(
    file,
    [`host: 127.0.0.1`, `port: ${port}`, `jetstream { store_dir: "${store}" }`, ...lines].join('\n'),
  );
  return {
    ...(await receiver('nats-server', ['-c', file], port)),
    port,
    url: `nats://localhost:${port}`,
    kept: async () => {
      const connection = await connect({ servers: `127.0.0.1:${port}` });
      const { state } = await (await jetstreamManager(connection)).streams.info('BUSBAR');
      const messages: Kept[] = [];
      if (state.messages > 0) {
        const consumer = await jetstream(connection).consumers.get('BUSBAR');
        for await (const one of await consumer.consume()) {
          messages.push({ subject: one.subject, text: one.string(), key: one.headers?.get('Nats-Msg-Id') });
          if (messages.length === state.messages) break;
        }
      }
      await connection.close();
      return messages;
    },
  };
}
