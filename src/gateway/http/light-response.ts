import { LightHeaders, type HeadersLike } from './light-headers.ts';

/** What an answer consists of: all at once, as it comes, or of nothing. */
export type LightBody = string | Uint8Array<ArrayBuffer> | ArrayBuffer | ReadableStream<Uint8Array> | null;

/** `Response` of the Fetch standard, as far as Hono uses it: it only carries what `listener.ts` sends. */
export class LightResponse {
  readonly status: number;
  readonly headers: LightHeaders;
  readonly body: LightBody;
  /** Whoever makes a new one of this one takes its body along, a stream too: nobody has begun to read it. */
  readonly bodyUsed = false;

  /** @param like status and headers; another response gives its own, and ends its stream where nobody takes that on */
  constructor(
    body: LightBody = null,
    like: { readonly status?: number; readonly headers?: HeadersLike; readonly body?: LightBody } = {},
  ) {
    this.status = like.status ?? 200;
    this.headers = new LightHeaders(like.headers);
    this.body = body;
    // Hono answers HEAD by what GET would say, without the body: a stream of events would be kept for nobody.
    if (body === null && like.body instanceof ReadableStream) void like.body.cancel();
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { body } = this;
    if (body instanceof ArrayBuffer) return body;
    if (!(body instanceof ReadableStream)) return Uint8Array.from(Buffer.from(body ?? '')).buffer;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Uint8Array.from(Buffer.concat(chunks)).buffer;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}
