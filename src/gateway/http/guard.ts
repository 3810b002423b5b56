import { getCookie } from 'hono/cookie';
import type { Context, MiddlewareHandler } from 'hono';
import { hostname } from 'node:os';
import { isIP } from 'node:net';
import type { Doorkeeper } from './login.ts';
import { LONGEST_BODY, Refusal, tooLarge } from './failure.ts';
import type { ApiEnv, ApiOptions } from './options.ts';

/** Name of the session's cookie. */
export const COOKIE = 'busbar_session';

/** Sent with every answer. Styles and scripts come from files of our own only; nobody else may frame the pages. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Answered without a login: they say nothing that is anybody's business, or are the way to log in. */
const OPEN = new Set(['/healthz', '/openapi.json', '/api/session', '/api/login']);

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who may ask at all. In this order: the name under which we were reached, whether the request comes from a page of
 * ours, and whether somebody is logged in.
 * @param isPublic whether a path is that of a file of the dashboard, which everybody may have: it contains the login
 */
export function guard(
  options: ApiOptions,
  door: Doorkeeper,
  isPublic: (path: string) => boolean,
): MiddlewareHandler<ApiEnv>[] {
  const named = new Set([
    'localhost',
    hostname().toLowerCase(),
    `${hostname().toLowerCase()}.local`,
    ...options.hosts.map((name) => name.toLowerCase()),
  ]);
  const knowsHost = (host: string): boolean =>
    isIP(host) !== 0 || named.has(host) || host.endsWith('.localhost');

  return [
    async (c, next) => {
      for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
      c.header('Cache-Control', 'no-store');
      const started = options.clock.now();
      await next();
      const took = Math.round(options.clock.now() - started);
      options.log.debug(`${c.req.method} ${c.req.path} ${c.res.status} ${took} ms ${clientOf(c, options)}`);
    },
    async (c, next) => {
      // A name of a stranger that leads here would make a stranger's page one of ours. Where a login is wanted, that gains nothing.
      const host = hostOf(c.req.header('host'));
      if (!door.required && host !== undefined && !knowsHost(host)) {
        throw new Refusal('forbidden', `this gateway does not know itself as '${host}'`, {
          hint: `if that is its name, add it to the configuration: http: { hosts: [${host}] }`,
          where: 'header.host',
        });
      }
      const site = c.req.header('sec-fetch-site');
      const isPage = c.req.header('sec-fetch-mode') === 'navigate' && SAFE.has(c.req.method);
      if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isPage) throw stranger(site);
      const origin = c.req.header('origin');
      if (origin !== undefined && !SAFE.has(c.req.method)) {
        const from = URL.canParse(origin) ? new URL(origin) : undefined;
        const ours = [c.req.header('host'), c.req.header('x-forwarded-host'), ...options.hosts];
        if (
          from === undefined ||
          !ours.some((one) => one?.toLowerCase() === from.host || one?.toLowerCase() === from.hostname)
        )
          throw stranger(origin);
      }
      await next();
    },
    async (c, next) => {
      // The server takes no more than what a body's length says, so that looking at it is enough.
      if (Number(c.req.header('content-length') ?? 0) > LONGEST_BODY) throw tooLarge();
      if (c.req.header('transfer-encoding') !== undefined) {
        throw new Refusal('request', 'the length of the body is not known', {
          status: 411,
          hint: 'send it with Content-Length, not in chunks',
          where: 'header.transfer-encoding',
        });
      }
      await next();
    },
    async (c, next) => {
      c.set('by', `http:${clientOf(c, options)}`);
      const enters =
        !door.required ||
        OPEN.has(c.req.path) ||
        isPublic(c.req.path) ||
        isTrusted(c, options) ||
        (await isLoggedIn(c, door));
      if (!enters) {
        throw new Refusal('login', 'this wants a login', {
          hint: 'log in with POST /api/login, or send the header Authorization: Bearer with http.token',
          headers: { 'WWW-Authenticate': 'Bearer' },
        });
      }
      await next();
    },
  ];
}

/** Whether a request brings a token that is right, or the cookie of a session that lasts. */
export async function isLoggedIn(c: Context<ApiEnv>, door: Doorkeeper): Promise<boolean> {
  const token = /^Bearer +(\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (token !== undefined) return door.knowsToken(token);
  const session = getCookie(c, COOKIE);
  return session !== undefined && door.isOpen(session);
}

/** Whether a request comes through a proxy that has logged its user in. */
export function isTrusted(c: Context<ApiEnv>, { ingress }: ApiOptions): boolean {
  return ingress.includes(peerOf(c));
}

/** Address of whoever asks: of the connection, or, behind a proxy that is believed, what that one says. */
export function clientOf(c: Context<ApiEnv>, { trusted_proxies, ingress }: ApiOptions): string {
  const believed = [...trusted_proxies, ...ingress];
  const way = (c.req.header('x-forwarded-for') ?? '').split(',').map((one) => one.trim());
  const hops = [...way.filter((one) => isIP(one) !== 0), peerOf(c)];
  // From our end of the way, the first that is no proxy of ours: what stands before it, anybody may have written.
  return hops.findLast((one) => !believed.includes(one)) ?? hops[0] ?? 'unknown';
}

/** Address of the connection; IPv4 in its own form also where it came over an IPv6 socket. */
function peerOf(c: Context<ApiEnv>): string {
  // Bindings are absent when a request is made without a server.
  const bindings = c.env as ApiEnv['Bindings'] | undefined;
  return bindings?.incoming?.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
}

/** The name in a Host header, without port and brackets, lower case. */
function hostOf(header: string | undefined): string | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:]+))(?::\d+)?$/i.exec(header ?? '');
  return (found?.[1] ?? found?.[2])?.toLowerCase();
}

function stranger(from: string): Refusal {
  return new Refusal('forbidden', `a page of another site (${from}) may not do this`, {
    hint: 'behind a reverse proxy let it pass the Host header on (nginx: proxy_set_header Host $http_host), or name the site in http.hosts',
    where: 'header.origin',
  });
}
