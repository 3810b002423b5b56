import { signal } from '@preact/signals';
import type { ApiChange, ApiSession } from '../../core/site/api.ts';
import { ApiFailure, failureIn } from './failure.ts';
import { eventReader } from './event-reader.ts';

/** True when the gateway wants a login that this browser has not made: the login is shown instead of everything. */
export const loginWanted = signal(false);

/** How it stands with logging in; undefined until asked. */
export const session = signal<ApiSession | undefined>(undefined);

/** The full address of something of the gateway, wherever a proxy has put it. */
export function address(path: string): string {
  return new URL(path, document.baseURI.replace(/[#?].*$/, '')).href;
}

/** `name=value` pairs; a list gives one pair for each. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A path with its query. */
export function withQuery(path: string, query: Query): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of value === undefined ? [] : typeof value === 'object' ? value : [value]) {
      pairs.append(name, String(one));
    }
  }
  return pairs.size === 0 ? path : `${path}?${pairs.toString()}`;
}

async function request(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(address(path), { credentials: 'same-origin', ...init });
  if (answer.ok) return answer;
  const failure = failureIn(answer.status, await answer.text());
  if (failure.code === 'login' && path !== 'api/login') loginWanted.value = true;
  throw new ApiFailure(failure);
}

function json(method: string, body: unknown, signal?: AbortSignal): RequestInit {
  return {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** `GET`: the document; rejects with an `ApiFailure`. What it looks like is the word of `core/site/api`. */
export async function get<T>(path: string, abort?: AbortSignal): Promise<T> {
  // The border to the network: gateway and dashboard are built from the same types.
  return (await (await request(path, abort === undefined ? {} : { signal: abort })).json()) as T;
}

/** A document with the ETag of the answer it came in, as it goes into `If-Match`. */
export interface Tagged<T> {
  readonly document: T;
  readonly tag: string;
}

/** `GET`, with the ETag of the answer as it goes into `If-Match`. */
export async function getTagged<T>(path: string): Promise<Tagged<T>> {
  const answer = await request(path, {});
  // The border to the network, as above.
  return { document: (await answer.json()) as T, tag: answer.headers.get('etag') ?? '' };
}

/** `POST` of a document. */
export async function post<T>(path: string, body?: unknown, abort?: AbortSignal): Promise<T> {
  // The border to the network, as above.
  return (await (await request(path, json('POST', body, abort))).json()) as T;
}

/** `PUT` of a document that must not have changed meanwhile. */
export async function put<T>(path: string, body: unknown, tag: string): Promise<T> {
  const init = json('PUT', body);
  const headers = { 'Content-Type': 'application/json', 'If-Match': tag };
  // The border to the network, as above.
  return (await (await request(path, { ...init, headers })).json()) as T;
}

/** Is told of an event. */
export type Told<E> = (event: E) => void;

/**
 * Work that tells how it goes as server-sent events, until it ends; aborting cancels it there. Rejects with an
 * `ApiFailure` when it cannot begin, or breaks off.
 */
export async function follow<E extends { readonly what: string }>(
  path: string,
  body: unknown,
  told: Told<E>,
  abort: AbortSignal,
): Promise<void> {
  const init = body === undefined ? { signal: abort } : json('POST', body, abort);
  const answer = await request(path, init);
  const read = eventReader((data) => {
    // The border to the network, as above.
    told(JSON.parse(data) as E);
  });
  if (answer.body === null) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    read(value);
  }
}

/** What an event of the live stream says. */
export function changeOf(data: string): ApiChange {
  // The border to the network, as above.
  return JSON.parse(data) as ApiChange;
}
