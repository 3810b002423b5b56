// Not imported: see `server.ts`.
const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');

/** What headers are made of. */
export type HeadersLike = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/** Cookies must not be joined: a date in them has a comma. */
const COOKIE = 'set-cookie';

/**
 * `Headers` of the Fetch standard, as far as Hono uses them. Names are lower case and unordered; one that is there
 * several times is joined with commas. `set` and `append` throw a `TypeError` for what no header can be.
 */
export class LightHeaders {
  readonly #values = new Map<string, string>();
  #cookies: string[] = [];

  constructor(from: HeadersLike = []) {
    for (const [name, value] of Symbol.iterator in from ? from : Object.entries(from))
      this.append(name, value);
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    if (key === COOKIE) return this.#cookies.length === 0 ? null : this.#cookies.join(', ');
    return this.#values.get(key) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  append(name: string, value: string): void {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    const key = name.toLowerCase();
    const before = this.#values.get(key);
    if (key === COOKIE) this.#cookies.push(value);
    // Several cookies of a request are one list with another comma.
    else
      this.#values.set(
        key,
        before === undefined ? value : `${before}${key === 'cookie' ? '; ' : ', '}${value}`,
      );
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    if (key === COOKIE) this.#cookies = [];
    else this.#values.delete(key);
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  forEach(tell: (value: string, name: string) => void): void {
    for (const [name, value] of this) tell(value, name);
  }

  *entries(): Generator<[string, string]> {
    yield* this.#values;
    for (const cookie of this.#cookies) yield [COOKIE, cookie];
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
}
