import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import type { ApiEnv } from './options.ts';

/** The files of the dashboard. */
export interface StaticFiles {
  /** Whether there is a file of that path. */
  readonly has: (path: string) => boolean;
  /** Answers with the file of that path. */
  readonly serve: (c: Context<ApiEnv>, path: string) => Response | Promise<Response>;
}

/** The page that all screens are drawn in. */
export const INDEX = '/index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.txt']);
/** A name with a hash of its content in it, as Vite writes them: the same name is always the same file. */
const HASHED = /-[\w-]{8,}\.\w+$/;
/** A prefix that a proxy may name; anything else would be text of a stranger in our page. */
const PREFIX = /^(\/[\w.~-]+)+$/;

interface Entry {
  readonly bytes: Buffer;
  readonly zipped: Buffer | undefined;
  readonly type: string;
  readonly etag: string;
  readonly caching: string;
}

/**
 * Reads a folder once: what is asked for is looked up by its path, so no path from outside ever reaches the disk.
 * @param folder undefined or missing: there are no files
 * @param base path under which a reverse proxy shows us, or empty
 */
export function staticFiles(folder: string | undefined, base: string): StaticFiles {
  const files = new Map<string, Entry>();
  if (folder !== undefined && existsSync(folder)) {
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const place = join(file.parentPath, file.name);
      files.set(`/${relative(folder, place).split(sep).join('/')}`, entryOf(readFileSync(place), file.name));
    }
  }
  return {
    has: (path) => files.has(path),
    serve: (c, path) => {
      const entry = files.get(path);
      if (entry === undefined) return c.notFound();
      if (path === INDEX) return page(c, entry, base);
      const headers = { 'Cache-Control': entry.caching, ETag: entry.etag, Vary: 'Accept-Encoding' };
      if (c.req.header('if-none-match') === entry.etag) return c.body(null, 304, headers);
      const zipped = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '') ? entry.zipped : undefined;
      return c.body(Uint8Array.from(zipped ?? entry.bytes), 200, {
        ...headers,
        'Content-Type': entry.type,
        ...(zipped === undefined ? {} : { 'Content-Encoding': 'gzip' }),
      });
    },
  };
}

function entryOf(bytes: Buffer, name: string): Entry {
  const ending = extname(name);
  return {
    bytes,
    zipped: COMPRESSIBLE.has(ending) ? gzipSync(bytes, { level: 9 }) : undefined,
    type: TYPES[ending] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    caching: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

/** The page, told under which path it stands: all its addresses are relative to that. */
function page(c: Context<ApiEnv>, { bytes }: Entry, base: string): Response {
  const ingress = c.req.header('x-ingress-path') ?? '';
  const prefix = PREFIX.test(ingress) ? ingress : base;
  const html = bytes.toString().replace(/<head[^>]*>/i, (head) => `${head}<base href="${prefix}/">`);
  return c.body(html, 200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' });
}
