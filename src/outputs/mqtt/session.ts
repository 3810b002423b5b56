import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import { Fault } from '../../core/fault.ts';
import type { Post } from '../../core/site/broker.ts';
import type { Cause } from './trouble.ts';
import { window } from './window.ts';

/** Something that arrived. */
export interface Arrival {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker kept it, or its sender asked to keep it: nobody says it now. */
  readonly retained: boolean;
  /** Where the sender wants the answer, and what it ties to its question; MQTT 5. */
  readonly responseTopic?: string;
  readonly correlation?: Uint8Array;
}

/** One connection from its beginning to its end. */
export interface Session {
  /** Resolves when the broker acknowledged it: false where it says that nobody listens, so that it has dropped it (MQTT 5). */
  readonly publish: (post: Post) => Promise<boolean>;
  /** Resolves when the broker granted every filter; rejects with `output`. */
  readonly subscribe: (filters: readonly string[]) => Promise<void>;
  /** Why it ended; never rejects. */
  readonly ended: Promise<Cause>;
  /** Leaves politely when everything is acknowledged, so that the broker does not send the will. */
  readonly leave: () => Promise<void>;
  /** Ends it at once. */
  readonly end: () => void;
}

/** Reason of an acknowledgement: no matching subscribers (MQTT 5, 3.4.2.1). */
const NOBODY_LISTENS = 16;
/** Unacknowledged messages at a time, where the broker does not say less. */
const WINDOW = 128;

/**
 * Connects once. Resolves when the broker has accepted us, rejects with the `Cause`.
 * @param onArrival must not throw
 * @param signal gives it up while it is not open
 */
export async function openSession(
  url: string,
  options: IClientOptions,
  onArrival: (arrival: Arrival) => void,
  signal: AbortSignal,
): Promise<Session> {
  const { connect } = await import('mqtt');
  const client = connect(url, options);
  const giveUp = (): void => void client.end(true);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  let cause: Cause = { message: 'the connection was closed' };
  const ended = new Promise<Cause>((resolve) => {
    client.on('error', (error) => {
      cause = causeOf(error);
    });
    client.on('disconnect', ({ reasonCode }) => {
      cause = { ...(reasonCode === undefined ? {} : { code: reasonCode }) };
    });
    client.on('close', () => {
      client.end(true);
      resolve(cause);
    });
  });
  client.on('message', (topic, payload, packet) => onArrival(arrivalOf(topic, payload, packet)));
  const accepted = new Promise<{ readonly window: number; readonly largest: number }>((resolve) => {
    client.on('connect', ({ properties }) =>
      resolve({
        window: Math.min(WINDOW, properties?.receiveMaximum ?? WINDOW),
        largest: properties?.maximumPacketSize ?? Infinity,
      }),
    );
  });
  const limits = await Promise.race([accepted, ended.then((why) => Promise.reject(asError(why)))]).finally(
    () => signal.removeEventListener('abort', giveUp),
  );
  return sessionOf(client, options.protocolVersion === 5, limits, ended);
}

function sessionOf(
  client: MqttClient,
  five: boolean,
  limits: { readonly window: number; readonly largest: number },
  ended: Promise<Cause>,
): Session {
  const room = window(limits.window);
  /** Messages on their way, to be given up when the connection ends. */
  const lost = new Set<(error: Error) => void>();
  void ended.then((why) => {
    const fault = new Fault(
      'output',
      `the connection to the broker broke: ${why.message ?? `reason ${why.code ?? '?'}`}`,
    );
    room.shut(fault);
    for (const reject of lost) reject(fault);
    lost.clear();
  });

  /** Messages that nobody listens to; the package takes them for success and does not hand the reason on. */
  const unheard = new Set<number | undefined>();
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.reasonCode === NOBODY_LISTENS) unheard.add(packet.messageId);
  });
  const send = (post: Post): Promise<boolean> =>
    new Promise((resolve, reject) => {
      lost.add(reject);
      client.publish(post.topic, post.payload, publishOptions(post, five), (error, packet) => {
        lost.delete(reject);
        if (error instanceof Error) reject(publishFault(post, causeOf(error)));
        else resolve(!unheard.delete(packet?.messageId));
      });
    });

  return {
    publish: async (post) => {
      const size = Buffer.byteLength(post.payload) + Buffer.byteLength(post.topic) + 64;
      if (size > limits.largest) {
        throw new Fault(
          'refused',
          `${post.topic}: a message of ${size} bytes, and the broker takes ${limits.largest}`,
        );
      }
      await room.enter();
      try {
        return await send(post);
      } finally {
        room.leave();
      }
    },
    subscribe: async (filters) => {
      if (filters.length === 0) return;
      const granted = await client.subscribeAsync(
        [...filters],
        // Retained commands are let in so that they can be refused aloud.
        five ? { qos: 1, rap: true, rh: 0 } : { qos: 1 },
      );
      const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
      if (refused.length > 0) {
        throw new Fault('output', `the broker does not let us listen to ${refused.join(', ')}`, {
          hint: 'give the user the right to read these topics, or switch commands off',
        });
      }
    },
    ended,
    leave: () => client.endAsync(),
    end: () => void client.end(true),
  };
}

function publishOptions(post: Post, five: boolean): Parameters<MqttClient['publishAsync']>[2] {
  const retain = post.retain === true;
  if (!five) return { qos: 1, retain };
  return {
    qos: 1,
    retain,
    properties: {
      ...(post.payload.startsWith('{') ? { contentType: 'application/json' } : {}),
      ...(post.expiry === undefined ? {} : { messageExpiryInterval: post.expiry }),
      ...(post.properties === undefined ? {} : { userProperties: { ...post.properties } }),
      ...(post.correlation === undefined ? {} : { correlationData: Buffer.from(post.correlation) }),
    },
  };
}

/** What a broker will never take, and what it may take later: 144 a topic that it forbids, 149 too large, 153 a payload. */
function publishFault(post: Post, { message, code }: Cause): Fault {
  const never = code === 144 || code === 149 || code === 153;
  return new Fault(
    never ? 'refused' : 'output',
    `the broker did not take ${post.topic}: ${message ?? `reason ${code ?? '?'}`}`,
    {
      ...(code === 135 ? { hint: 'give the user the right to write this topic' } : {}),
    },
  );
}

function arrivalOf(topic: string, payload: Uint8Array, { retain, properties }: IPublishPacket): Arrival {
  const { responseTopic, correlationData } = properties ?? {};
  return {
    topic,
    payload,
    retained: retain,
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlation: correlationData }),
  };
}

/** An error that carries its cause for `causeOf`. */
function asError({ message, code }: Cause): Error {
  return Object.assign(new Error(message ?? ''), code === undefined ? {} : { code });
}

/** What an error of a socket or of the client package tells. */
export function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return { message: String(error) };
  const code: unknown = 'code' in error ? error.code : undefined;
  // Several addresses of a host were tried: the first tells as much as all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (inner instanceof Error && error.message === '') return causeOf(inner);
  return {
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
  };
}
