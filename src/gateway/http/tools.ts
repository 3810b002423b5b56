import { type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiMember } from '../../core/site/api.ts';
import { memberDocument } from '../../core/site/documents.ts';
import type { Member } from '../../core/site/index.ts';
import { catalog } from '../../devices/index.ts';
import type { Gateway } from '../gateway.ts';
import type { Audience } from './event-stream.ts';
import { STREAM_HEADERS } from './event-stream.ts';
import { Refusal } from './failure.ts';
import type { Explain } from './frames.ts';
import type { ApiApp, ApiEnv, ApiOptions } from './options.ts';
import { error } from './schema-words.ts';
import type { Scrub } from './scrub.ts';

/** What routes are made of. */
export interface Tools {
  readonly gateway: Gateway;
  readonly options: ApiOptions;
  readonly scrub: Scrub;
  /** Everybody who listens to a stream of events. */
  readonly audience: Audience;
  readonly explain: Explain;
  /** Answers with a document. */
  readonly reply: Reply;
}

/** Adds some routes. */
export type AddRoutes = (app: ApiApp, tools: Tools) => void;

/** Answers with a document; its type is to be named. */
export type Reply = <T>(
  c: Context<ApiEnv>,
  document: NoInfer<T>,
  status?: ContentfulStatusCode,
  headers?: Readonly<Record<string, string>>,
) => Response;

/** @param scrub keeps secrets out */
export function replier(scrub: Scrub): Reply {
  return (c, document, status = 200, headers = {}) =>
    c.body(scrub.json(document), status, { 'Content-Type': 'application/json', ...headers });
}

/** Answers with a stream of events. */
export function streaming(c: Context<ApiEnv>, stream: ReadableStream<Uint8Array>): Response {
  return c.body(stream, 200, STREAM_HEADERS);
}

/** The answers of a route for the description: the good one, and the document of all others. */
export function answers(
  schema: z.ZodType,
  description: string,
  kind = 'application/json',
): RouteConfig['responses'] {
  return {
    200: { description, content: { [kind]: { schema } } },
    default: {
      description: 'Why it is not answered',
      content: { 'application/json': { schema: error } },
    },
  };
}

/** The body of a request, as JSON. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Something that may be repeated in a query: `series=a&series=b`. */
export function repeated<S extends z.ZodType<string>>(one: S, most: number) {
  return z
    .union([one, z.array(one).max(most)])
    .transform((given) => [given].flat())
    .openapi({ type: 'array', items: { type: 'string' } });
}

/** The member of that name. */
export function memberNamed({ gateway }: Tools, name: string): Member {
  const names = gateway.view.members();
  const found = names.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Refusal('not_found', `there is no member '${name}'`, {
    hint: `there are ${names.map((one) => one.name).join(', ')}`,
    where: 'member',
  });
}

/** A member as the API shows it. */
export function describeMember(member: Member): ApiMember {
  const device = catalog.devices.find(({ id }) => id === member.make?.id);
  return memberDocument(member, device?.profile !== undefined);
}
