import { connectAsync, type MqttClient } from 'mqtt';
import { type Clock, sleep } from '../../core/clock.ts';
import { Fault, faultOf } from '../../core/fault.ts';
import type { Door, SensorFound } from './options.ts';

/** Where the broker is that Domoticz listens to. */
export interface BrokerOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM texts. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly insecure: boolean;
  };
  /** `domoticz/in`; what Domoticz says stands under the same with `out`. */
  readonly topic: string;
}

/** Milliseconds until Domoticz has said what an idx is. */
const PATIENCE = 5_000;

/** Domoticz by MQTT. That an idx is unknown stands in its log only, so it is asked for before. */
export function brokerDoor(options: BrokerOptions, clock: Clock): Door {
  const { url, username, password, tls, topic } = options;
  const receiver = url.replace(/\/\/[^/@]*@/, '//');
  const out = topic.replace(/in$/, 'out');
  const found = new Map<number, SensorFound>();
  let client: MqttClient | undefined;

  const connection = async (): Promise<MqttClient> => {
    if (client?.connected === true) return client;
    await client?.endAsync(true);
    client = undefined;
    try {
      client = await connectAsync(
        url,
        {
          reconnectPeriod: 0,
          connectTimeout: 10_000,
          queueQoSZero: false,
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
          ...(tls === undefined ? {} : { ...tls, rejectUnauthorized: !tls.insecure }),
        },
        false,
      );
    } catch (error) {
      throw new Fault('output', `${receiver}: ${faultOf(error, 'output').message}`, { cause: error });
    }
    client.on('error', () => undefined); // the next publish says it
    client.on('message', (_, payload) => hear(payload.toString()));
    await client.subscribeAsync(out, { qos: 1 });
    return client;
  };
  const hear = (text: string): void => {
    try {
      const { idx, dtype, stype } = JSON.parse(text) as Record<string, unknown>; // tested in the next line
      if (typeof idx === 'number') found.set(idx, { type: String(dtype), subtype: String(stype) });
    } catch {
      // Of somebody else.
    }
  };
  const say = async (message: object): Promise<void> => {
    const to = await connection();
    try {
      await to.publishAsync(topic, JSON.stringify(message), { qos: 1 });
    } catch (error) {
      throw new Fault('output', `${receiver}: ${faultOf(error, 'output').message}`, { cause: error });
    }
  };
  return {
    receiver,
    update: (idx, nvalue, svalue) => say({ command: 'udevice', idx, nvalue, svalue }),
    find: async (idx, signal) => {
      found.delete(idx);
      await say({ command: 'getdeviceinfo', idx });
      for (let waited = 0; waited < PATIENCE && !found.has(idx) && !signal.aborted; waited += 100)
        await sleep(clock, 100, signal);
      return found.get(idx);
    },
    close: async () => {
      await client?.endAsync(true);
    },
  };
}
