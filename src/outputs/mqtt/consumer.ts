import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { BirthListener, Consumer, Delivery, Logger, Source } from '../../core/site/index.ts';
import { pemTls, shownUrl } from './client-options.ts';
import type { MqttTls } from './options.ts';
import { causeOf } from './session.ts';
import { type Cause, troubleText } from './trouble.ts';

/** From where a consumer takes the streams of many sites. */
export interface ConsumerOptions {
  /** `mqtt://host`, `mqtts://host`: a broker of MQTT 5. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: MqttTls;
  /** The same after a restart, and different for each consumer: the broker keeps under it what was not acknowledged. */
  readonly client_id: string;
  /** Consumers of one group share the messages. */
  readonly group: string;
  /** Filter for what the topics of a site begin with: `busbar/+`. */
  readonly base: string;
  /** Seconds that the broker keeps our place while we are away. */
  readonly keep: number;
}

/** Messages that we hold unacknowledged, at most: memory, and work for one transaction. */
const WINDOW = 5_000;
/** Soon: see `CONSUMERS_FIRST` of the gateways' connection. */
const RECONNECT = 250;
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds for a goodbye. */
const FAREWELL = 700;

/** The streams of many sites from a broker of MQTT 5. */
export function mqttSource(options: ConsumerOptions, log: Logger): Source {
  return {
    consume: (leaving) => consume(options, leaving, log),
    listenToBirths: (onBirth) => listenToBirths(options, log, onBirth),
  };
}

/**
 * Takes the streams and events of all sites that match, sharing them with the others of the group.
 * @param leaving true: takes only what the broker has assigned to us already, no more
 */
async function consume(options: ConsumerOptions, leaving: boolean, log: Logger): Promise<Consumer> {
  const { base, client_id, group, keep } = options;
  const filters = ['stream/+/+', 'events'].map((end) => `$share/${group}/${base}/${end}`);
  const client = await opened(options, {
    clientId: client_id,
    clean: false,
    properties: { sessionExpiryInterval: keep, receiveMaximum: WINDOW },
  });
  let waiting: Delivery[] = [];
  let wake = (): void => undefined;
  let isClosed = false;
  let connection = 0;

  // The package has no public way to acknowledge later: this is what its own handler calls, which it keeps private.
  // eslint-disable-next-line @typescript-eslint/dot-notation -- private methods are reached by brackets only
  const puback = (client['_sendPacket'] as (packet: object) => void).bind(client);
  // Called with an error, the package sends no acknowledgement and goes on: we send it when the message is stored.
  client.handleMessage = ({ topic, payload, messageId, qos }, done) => {
    const from = connection;
    waiting.push({
      topic,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      acknowledge: () => {
        if (qos === 0 || from !== connection || !client.connected) return;
        puback({ cmd: 'puback', messageId, reasonCode: 0 });
      },
    });
    wake();
    done(new Error('acknowledged when it is stored'));
  };
  client.on('close', () => {
    connection++;
    // The broker sends them again.
    waiting = [];
  });
  keepSubscribed(client, options, filters, leaving, log);
  return {
    next: async (most) => {
      if (waiting.length === 0 && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
      return isClosed ? undefined : waiting.splice(0, most);
    },
    poke: () => wake(),
    close: async (forget = false) => {
      isClosed = true;
      wake();
      await farewell(client, forget ? 0 : keep);
    },
  };
}

/**
 * Hears the births of all members, those that the broker keeps first. Shared subscriptions are not given what is kept,
 * and what a consumer missed is of no use here: so this is a connection of its own that leaves nothing behind.
 * @param onBirth gets the topic without its end: `busbar/home/shunt`
 */
async function listenToBirths(
  options: ConsumerOptions,
  log: Logger,
  onBirth: (member: string, text: string) => void,
): Promise<BirthListener> {
  const client = await opened(options, { clientId: `${options.client_id}-births`, clean: true });
  client.on('message', (topic, payload) => onBirth(topic.replace(/\/birth$/, ''), payload.toString()));
  keepSubscribed(client, options, [`${options.base}/+/birth`], false, log);
  return { close: () => farewell(client, 0) };
}

async function opened(
  { url, username, password, tls }: ConsumerOptions,
  more: IClientOptions,
): Promise<MqttClient> {
  return connect(url, {
    protocolVersion: 5,
    reconnectPeriod: RECONNECT,
    reconnectOnConnackError: true,
    connectTimeout: CONNECT_TIMEOUT,
    queueQoSZero: false,
    // Done by `keepSubscribed`, which sees what the broker answers.
    resubscribe: false,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : await pemTls(tls)),
    ...more,
  });
}

/** Subscribes with every connection (or the opposite), and says when the connection comes and goes. */
function keepSubscribed(
  client: MqttClient,
  { url }: ConsumerOptions,
  filters: readonly string[],
  leaving: boolean,
  log: Logger,
): void {
  const broker = shownUrl(url);
  let said = '';
  const complain = (cause: Cause): void => {
    const text = troubleText(broker, cause);
    if (text !== said) log.warn(text);
    said = text;
  };
  client.on('error', (error) => complain(causeOf(error)));
  client.on('disconnect', ({ reasonCode }) => complain(reasonCode === undefined ? {} : { code: reasonCode }));
  const subscribe = async (): Promise<void> => {
    if (leaving) {
      await client.unsubscribeAsync([...filters]);
      log.info(`connected to ${broker}, listening no more to ${filters.join(', ')}`);
      return;
    }
    const granted = await client.subscribeAsync([...filters], { qos: 1 });
    const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
    if (refused.length > 0) throw new Error(`it does not let us listen to ${refused.join(', ')}`);
    said = '';
    log.info(`connected to ${broker}, listening to ${filters.join(', ')}`);
  };
  const trySubscribing = (): void => {
    if (!client.connected) return;
    subscribe().catch((error: unknown) => {
      complain(causeOf(error));
      setTimeout(trySubscribing, RECONNECT).unref();
    });
  };
  client.on('connect', trySubscribing);
}

async function farewell(client: MqttClient, sessionExpiryInterval: number): Promise<void> {
  const polite = client.connected
    ? client.endAsync(false, { properties: { sessionExpiryInterval } }).catch(() => undefined)
    : Promise.resolve();
  await Promise.race([polite, new Promise((resolve) => setTimeout(resolve, FAREWELL))]);
  client.end(true);
}
