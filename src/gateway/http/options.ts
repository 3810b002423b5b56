import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpConfig } from '../../config/index.ts';
import type { Clock } from '../../core/clock.ts';
import type { ApiScanHit, ConfigProblem } from '../../core/site/api.ts';
import type { Logger } from '../../core/site/index.ts';
import type { PortInfo } from '../../node/serial-list.ts';
import type { Applied } from '../gateway.ts';

/** Where the API listens and whom it lets in: the section `http` of the configuration, and what is known beside it. */
export type HttpSettings = HttpConfig & {
  /** Made at each start for other commands of this user on this machine: it opens, and is no reason to want a login. */
  readonly local_token?: string;
};

/** What the API needs besides the gateway. What is absent is answered with `not_found` and the reason. */
export type ApiOptions = HttpSettings & {
  readonly clock: Clock;
  readonly log: Logger;
  readonly config?: ConfigFile;
  readonly scan?: Scan;
  /** Makes the JSON Schema of the configuration, which is large and seldom asked for. */
  readonly schema?: () => object;
  /** Folder with the built dashboard; read once at the start. */
  readonly dashboard?: string;
  /** Adds routes: metrics of an output, a simulator. They want a login like all others. */
  readonly extensions?: (app: ApiApp) => void;
  /** Texts that must never leave in an answer: what came from the environment and from files. Those below 4 characters are not looked for. */
  readonly secrets?: () => readonly string[];
  /** The serial ports of this machine; absent: looked up. */
  readonly ports?: () => Promise<readonly PortInfo[]>;
};

/** The configuration file as the API uses it. */
export interface ConfigFile {
  readonly text: () => Promise<ConfigText>;
  /** What is wrong with a text; empty when it is good. Marks of secrets in it stand for what the file has there. */
  readonly check: (text: string) => Promise<readonly ConfigProblem[]>;
  /** Checks a text, keeps the old file as a backup, writes the new one atomically and applies it, unless the file is not the one of the ETag any more. */
  readonly save: (text: string, etag: string) => Promise<ConfigSaved>;
}

/** The configuration as it may be shown. */
export interface ConfigText {
  /** With a mark in place of every secret. */
  readonly text: string;
  /** What the text says, secrets marked likewise. */
  readonly parsed: unknown;
  /** Changes whenever the file does; without quotes. */
  readonly etag: string;
  /** Why it cannot be written from here; absent: it can. */
  readonly readonly?: string;
}

/** What became of a new configuration. */
export type ConfigSaved =
  | { readonly outcome: 'applied'; readonly etag: string; readonly applied: Applied }
  | { readonly outcome: 'invalid'; readonly problems: readonly ConfigProblem[] }
  | { readonly outcome: 'changed' };

/** Looks for devices with read-only questions, until it is done, the budget is used up, or the signal aborts. */
export type Scan = (
  wanted: {
    /** Links to search; empty: every serial port that no bus uses. */
    readonly links: readonly string[];
    /** Only this device or family. */
    readonly device?: string;
    /** Milliseconds that it may take. */
    readonly budget: number;
  },
  told: {
    readonly step: (text: string, done?: number, total?: number) => void;
    readonly hit: (hit: ApiScanHit) => void;
  },
  signal: AbortSignal,
) => Promise<{ readonly hits: readonly ApiScanHit[]; readonly yaml: string }>;

/** What a request carries along: the connection (absent in tests without a socket), and who asks. */
export interface ApiEnv {
  Bindings: {
    readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } };
    readonly outgoing?: { readonly destroy: () => unknown };
  };
  Variables: {
    /** For audits: `http:192.168.2.7`. */
    by: string;
  };
}

/** The application with its routes. */
export type ApiApp = OpenAPIHono<ApiEnv>;
