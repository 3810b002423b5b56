import type { ClientConfig } from 'pg';
import { Fault } from '../../core/fault.ts';
import type { PostgresOptions, PostgresTls } from './options.ts';

/** Milliseconds that a server gets to accept us, and to answer one statement before the connection counts as dead. */
const CONNECT_TIMEOUT = 10_000;
const ANSWER_TIMEOUT = 45_000;

/** What the client package is told. Throws a `config` fault for a URL that says what we do not understand. */
export function clientOptions({ url, password, tls }: PostgresOptions): ClientConfig {
  const bad = (what: string): Fault =>
    new Fault('config', `${shownUrl(url)}: ${what}`, {
      hint: 'expected postgres://user@host:5432/database, encrypted with ?sslmode=verify-full',
    });
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) throw bad('this is no URL of PostgreSQL');
  const { hostname, port, pathname, username, password: typed, searchParams } = new URL(url);
  for (const name of searchParams.keys()) {
    if (name !== 'sslmode' && name !== 'host') throw bad(`the parameter '${name}' is not known`);
  }
  const host = searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1');
  const database = decodeURIComponent(pathname.slice(1));
  const secret = password ?? decodeURIComponent(typed);
  return {
    ...(host === '' ? {} : { host }),
    ...(port === '' ? {} : { port: Number(port) }),
    ...(username === '' ? {} : { user: decodeURIComponent(username) }),
    ...(database === '' ? {} : { database }),
    ...(secret === '' ? {} : { password: secret }),
    ssl: tls === undefined ? encrypted(searchParams.get('sslmode'), bad) : tlsOptions(tls),
    application_name: 'busbar',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: ANSWER_TIMEOUT,
    keepAlive: true,
  };
}

function encrypted(mode: string | null, bad: (what: string) => Fault): boolean {
  if (mode === null || mode === 'disable') return false;
  if (mode === 'require' || mode === 'verify-full') return true;
  throw bad(`sslmode is '${mode}': expected disable, require or verify-full`);
}

function tlsOptions({ ca, cert, key, insecure }: PostgresTls): NonNullable<ClientConfig['ssl']> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: !insecure,
  };
}

/** The server as it may be shown: without user and password. */
export function shownUrl(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
