import { readFileSync } from 'node:fs';
import { Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { Fault } from '../../core/fault.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../core/site/http.ts';
import { troubleText } from './trouble.ts';

/** Where a receiver is and how it knows us. */
export interface HttpClientOptions {
  /** With the path below which it answers; user and password in it are used where none are given otherwise. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Goes before user and password. */
  readonly token?: string;
  /** Word before the token; absent: `Bearer`. */
  readonly scheme?: 'Bearer' | 'Token';
  readonly tls?: HttpTls;
  /** Whether bodies are compressed. */
  readonly gzip?: boolean;
  /** Milliseconds to wait for an answer; absent: 30 s. */
  readonly timeout?: number;
  /** Of this program. */
  readonly version: string;
}

/** TLS beyond what the URL says: PEM texts, or files of them. */
export interface HttpTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** True: any certificate is believed. */
  readonly insecure: boolean;
}

const TIMEOUT = 30_000;
/** Most of an answer that is kept. */
const LONGEST = 1_048_576;
/** Shorter bodies gain nothing. */
const WORTH_COMPRESSING = 1_000;

const compressed = promisify(gzip);

/** Connects when it is first asked, and keeps the connection. Throws a `config` fault for a file that cannot be read. */
export function httpClient(options: HttpClientOptions): HttpClient {
  const { tls, timeout = TIMEOUT } = options;
  const url = new URL(options.url);
  const isSecure = url.protocol === 'https:';
  const keep = { keepAlive: true, maxSockets: 2 };
  const agent = isSecure ? new SecureAgent({ ...keep, ...secured(tls) }) : new Agent(keep);
  const identity = authorization(options, url);
  const receiver = `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`;

  const address = ({ path, query }: HttpRequest): URL => {
    const to = new URL(url);
    to.username = to.password = '';
    if (path !== '') to.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
    for (const [name, value] of Object.entries(query ?? {})) to.searchParams.set(name, value);
    return to;
  };

  return {
    receiver,
    send: async (request, signal) => {
      const { method, body } = request;
      const isCompressed = options.gzip === true && body !== undefined && body.length > WORTH_COMPRESSING;
      const bytes =
        body === undefined ? undefined : isCompressed ? await compressed(body) : Buffer.from(body);
      const headers = {
        'User-Agent': `busbar/${options.version}`,
        ...identity,
        ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
        ...(bytes === undefined ? {} : { 'Content-Length': String(bytes.length) }),
        ...request.headers,
      };
      const ask = isSecure ? secureRequest : plainRequest;
      const late = AbortSignal.timeout(timeout);
      try {
        const asked = ask(address(request), {
          method,
          headers,
          agent,
          signal: AbortSignal.any([signal, late]),
        });
        return await answered(asked, bytes);
      } catch (cause) {
        if (signal.aborted) throw new Fault('cancelled', 'the delivery was ended', { cause });
        const why = late.aborted ? `no answer within ${timeout / 1000} s` : troubleText(cause);
        throw new Fault('output', `${receiver}: ${why}`, { cause });
      }
    },
    close: () => agent.destroy(),
  };
}

/** Sends a request and gathers its answer. */
function answered(asked: ClientRequest, body: Uint8Array | undefined): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        if (length < LONGEST) parts.push(part);
        length += part.length;
      });
      response.once('error', reject);
      // Also where the connection broke in the middle: then it is not complete.
      response.once('close', () => {
        if (!response.complete) {
          reject(new Error('the connection broke in the middle of an answer'));
          return;
        }
        const text = Buffer.concat(parts).subarray(0, LONGEST).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asked.end(body);
  });
}

function authorization(options: HttpClientOptions, url: URL): Record<string, string> {
  const { token, scheme = 'Bearer' } = options;
  if (token !== undefined) return { Authorization: `${scheme} ${token}` };
  const username = options.username ?? decodeURIComponent(url.username);
  if (username === '') return {};
  const password = options.password ?? decodeURIComponent(url.password);
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function secured(tls: HttpTls | undefined): object {
  if (tls === undefined) return {};
  const { ca, cert, key, insecure } = tls;
  return {
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca: pem('ca', ca) }),
    ...(cert === undefined ? {} : { cert: pem('cert', cert) }),
    ...(key === undefined ? {} : { key: pem('key', key) }),
  };
}

/** The text itself, or what stands in the file of that name. */
function pem(setting: string, given: string): string {
  if (given.includes('-----BEGIN ')) return given;
  try {
    return readFileSync(given, 'utf8');
  } catch (cause) {
    throw new Fault('config', `tls.${setting}: ${given} cannot be read`, { cause });
  }
}
