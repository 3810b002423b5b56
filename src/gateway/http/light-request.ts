import type { IncomingMessage } from 'node:http';
import { LightHeaders } from './light-headers.ts';

/** `Request` of the Fetch standard, as far as Hono and our routes use it: over what Node has heard of one. */
export class LightRequest {
  readonly method: string;
  /** All of it, with `.` and `..` resolved. */
  readonly url: string;
  readonly headers: LightHeaders;
  /** Aborts when whoever asked has gone before it was answered. */
  readonly signal: AbortSignal;
  readonly #incoming: IncomingMessage;
  #read = false;

  /** Throws a `TypeError` for an address that is none. */
  constructor(incoming: IncomingMessage, signal: AbortSignal) {
    this.method = incoming.method ?? 'GET';
    this.url = urlOf(incoming);
    const { rawHeaders } = incoming;
    this.headers = new LightHeaders(
      rawHeaders.flatMap<[string, string]>((name, index) =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
      ),
    );
    this.signal = signal;
    this.#incoming = incoming;
  }

  get bodyUsed(): boolean {
    return this.#read;
  }

  /** Rejects where the connection ends first. How long it may be has been seen to by `guard.ts`. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    if (this.#read) throw new TypeError('the body has been read');
    this.#read = true;
    const chunks: Uint8Array[] = [];
    // No encoding is set, so that these are bytes.
    for await (const chunk of this.#incoming as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return Uint8Array.from(Buffer.concat(chunks)).buffer;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

function urlOf({ url = '/', headers, socket }: IncomingMessage): string {
  // The form that clients use towards a proxy (RFC 9112, 3.2.2).
  if (/^https?:\/\//.test(url)) return new URL(url).href;
  const origin = new URL(`${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? ''}`);
  // Whatever else stands in the header would become a part of the path, or hide where the name ends; a backslash would
  // become a slash.
  if (!/^\/[^\\?]*(\?|$)/.test(url) || origin.href !== `${origin.origin}/`) throw new TypeError('no address');
  return new URL(`${origin.origin}${url}`).href;
}
