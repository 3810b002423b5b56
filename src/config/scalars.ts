import * as z from 'zod';

/**
 * The plain values that a configuration is made of, as people write them. Each is a zod schema whose output is in the
 * unit that the program works with: milliseconds, bytes, whole millionths.
 */

/** What the reader of a file does with a value besides checking it. */
export type Mark =
  /** Never printed. */
  | 'secret'
  /** The path of a file, relative to the configuration, whose content becomes the value (unless it is the content). */
  | 'content';

/** Marks an issue about several values together: the one at its place is not named in the message. */
export const BETWEEN = { between: true } as const;

const MILLISECONDS = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
} as const;
const DURATION = `^(\\d+(?:\\.\\d+)?)(${Object.keys(MILLISECONDS).join('|')})$`;

/** A time as typed in milliseconds: `500ms`, `1.5h`, `30d`, a year of 365 days `1y`; undefined when it is none. */
export function parseDuration(typed: string): number | undefined {
  const [, number, unit] = new RegExp(DURATION).exec(typed) ?? [];
  const factor = MILLISECONDS[unit as keyof typeof MILLISECONDS] as number | undefined; // the pattern has only these
  return factor === undefined ? undefined : Number(number) * factor;
}

/** A time in milliseconds; a bare number is seconds. */
export function duration(says: string, least = '1ms', most = '100y') {
  return z
    .union([z.string(), z.number()])
    .transform((typed, context) => {
      const time = typeof typed === 'number' ? typed * 1000 : parseDuration(typed.trim());
      if (
        time !== undefined &&
        time >= (parseDuration(least) ?? 0) &&
        time <= (parseDuration(most) ?? Infinity)
      )
        return time;
      const expected = `a time from ${least} to ${most}, such as 500ms, 2s, 5m, 1h, 30d, 1y`;
      context.issues.push({ code: 'custom', message: expected, input: typed });
      return z.NEVER;
    })
    .meta({ description: says, pattern: DURATION, form: 'time' });
}

/** How long something is kept: a time in milliseconds, or `forever`. */
export function keep(says: string) {
  return z
    .union([z.string(), z.number()])
    .transform((typed, context) => {
      if (typed === 'forever') return typed;
      const time = typeof typed === 'number' ? typed * 1000 : parseDuration(typed.trim());
      if (time !== undefined && time >= 60_000) return time;
      context.issues.push({ code: 'custom', message: "a time such as 30d, 1y, or 'forever'", input: typed });
      return z.NEVER;
    })
    .meta({ description: says, pattern: `${DURATION}|^forever$`, form: 'time or `forever`' });
}

const BYTES = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
} as const;
const SIZE = `^(\\d+(?:\\.\\d+)?) ?(${Object.keys(BYTES).join('|')})$`;

/** A size in bytes: `500MB`, `2GiB`; a bare number is bytes. */
export function size(says: string, least: number) {
  return z
    .union([z.string(), z.number()])
    .transform((typed, context) => {
      const [, number, unit] = new RegExp(SIZE).exec(String(typed)) ?? [];
      const factor = BYTES[unit as keyof typeof BYTES] as number | undefined; // the pattern has only these
      const bytes = typeof typed === 'number' ? typed : Math.round(Number(number) * (factor ?? Number.NaN));
      if (bytes >= least && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
      const expected = `a size of at least ${least / 1e6} MB, such as 500MB, 2GB`;
      context.issues.push({ code: 'custom', message: expected, input: typed });
      return z.NEVER;
    })
    .meta({ description: says, pattern: SIZE, form: 'size' });
}

/** A price in whole millionths of the currency. */
export function price(says: string) {
  return z
    .number()
    .min(-1000)
    .max(1_000_000)
    .transform((typed) => Math.round(typed * 1e6))
    .meta({ description: says });
}

const NAME = '^[a-z][a-z0-9_-]{0,39}$';

/** A name that becomes part of topics, series and rules. */
export function name(says: string) {
  return z
    .string()
    .regex(new RegExp(NAME), 'a name of lower-case letters, digits, - and _, beginning with a letter')
    .meta({ description: says, form: 'name' });
}

const IP = '^(\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$';

/** The address of a machine, IPv4 or IPv6. */
export function ip(says: string) {
  return z.string().regex(new RegExp(IP), 'an IP address such as 192.168.2.1').meta({ description: says });
}

const HOST = '^[\\w-]+(\\.[\\w-]+)*$';

/** The name of a machine in a network, without port. */
export function hostName(says: string) {
  return z
    .string()
    .regex(new RegExp(HOST), 'a name such as busbar.lan, without port')
    .meta({ description: says });
}

/** A text that is not empty. */
export function text(says: string) {
  return z.string().min(1, 'a text').describe(says);
}

/** A text that is never printed. */
export function secret(says: string) {
  return z.string().min(1, 'a text').meta({ description: says, writeOnly: true, mark: 'secret' });
}

/** A file whose content is the value: PEM text, or the path of it. */
export function pem(says: string, hidden = false) {
  return z
    .string()
    .min(1, 'the path of a PEM file, or its text')
    .meta({ description: says, mark: 'content', form: 'file', ...(hidden ? { writeOnly: true } : {}) });
}

/** The path of a file, relative to the configuration. */
export function path(says: string) {
  return z.string().min(1, 'a path').meta({ description: says, form: 'path' });
}

/** A URL with one of some schemes. */
export function url(says: string, schemes: readonly string[]) {
  const expected = `a URL: ${schemes.map((scheme) => `${scheme}://host`).join(', ')}`;
  return z
    .string()
    .refine(
      (typed) => URL.canParse(typed) && schemes.includes(new URL(typed).protocol.slice(0, -1)),
      expected,
    )
    .meta({ description: says, format: 'uri', form: 'URL' });
}

/** A whole number in a range. */
export function whole(says: string, least: number, most: number) {
  return z.number().int().min(least).max(most).describe(says);
}

/** A number in a range. */
export function number(says: string, least: number, most: number) {
  return z.number().min(least).max(most).describe(says);
}

/** Yes or no. */
export function flag(says: string) {
  return z.boolean().describe(says);
}

/** One of some words. */
export function word<const W extends readonly [string, ...string[]]>(says: string, words: W) {
  return z.enum(words).describe(says);
}

/** Where to listen: `127.0.0.1:8420`, `[::1]:8420`, `:8420` for every address. */
export function listening(says: string) {
  return z
    .string()
    .transform((typed, context) => {
      const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:\s]*)):(\d{1,5})$/.exec(typed.trim()) ?? [];
      const port = Number(digits ?? Number.NaN);
      if (port <= 65_535) return { host: bracketed ?? (plain === '' ? '::' : (plain ?? '')), port };
      const message = 'address and port, such as 127.0.0.1:8420';
      context.issues.push({ code: 'custom', message, input: typed });
      return z.NEVER;
    })
    .meta({ description: says, form: 'address:port' });
}

/** Names of members, each once. */
export function members(says: string) {
  return z.array(z.string().min(1)).min(1).describe(says);
}
