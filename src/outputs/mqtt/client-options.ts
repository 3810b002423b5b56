import { readFile } from 'node:fs/promises';
import type { IClientOptions } from 'mqtt';
import { Fault } from '../../core/fault.ts';
import { OFFLINE } from '../../core/site/topics.ts';
import type { MqttOptions, MqttTls } from './options.ts';

/** Milliseconds that a broker gets to answer the first packet. */
const CONNECT_TIMEOUT = 10_000;

/**
 * What the client package is told. Every connection begins with a clean start: commands that were sent while we were
 * away are never carried out later, and nothing of ours waits in a session, since the journal keeps it.
 * @param status topic of the will
 */
export async function clientOptions(
  options: MqttOptions,
  clientId: string,
  version: 4 | 5,
  status: string,
): Promise<IClientOptions> {
  const { username, password, tls } = options;
  return {
    clientId,
    protocolVersion: version,
    clean: true,
    // Ours is the only reconnecting, with jitter; the package's own store would grow without an end.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: CONNECT_TIMEOUT,
    keepalive: options.keepalive,
    // Sending is no proof that somebody listens.
    reschedulePings: false,
    ...(version === 5 ? { properties: { sessionExpiryInterval: 0 } } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    will: { topic: status, payload: Buffer.from(OFFLINE), qos: 1, retain: true },
    ...(tls === undefined ? {} : await pemTls(tls)),
  };
}

/** Certificates and keys, read now. Rejects with `config` where a file cannot be read. */
export async function pemTls(tls: MqttTls): Promise<IClientOptions> {
  const [ca, cert, key] = await Promise.all([
    pem('tls.ca', tls.ca),
    pem('tls.cert', tls.cert),
    pem('tls.key', tls.key),
  ]);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: !tls.insecure,
  };
}

/** The text itself, or what stands in the file of that name. */
async function pem(setting: string, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || given.includes('-----BEGIN ')) return given;
  try {
    return await readFile(given, 'utf8');
  } catch (cause) {
    throw new Fault('config', `${setting}: ${given} cannot be read`, {
      cause,
      hint: 'name a file in PEM form that this user may read',
    });
  }
}

/** The broker as it may be shown: without user and password. */
export function shownUrl(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
