/** Keeps secrets out of answers: the last line of defence behind whoever leaves them out in the first place. */
export interface Scrub {
  /** JSON of a document, with a mark in place of every secret inside its texts. */
  readonly json: (document: unknown) => string;
  readonly text: (text: string) => string;
  /** A copy with `*` in place of every secret, or the bytes themselves where there is none. */
  readonly bytes: (bytes: Uint8Array) => Uint8Array;
}

/** What stands for a secret. */
const MARK = '•••';
/** Shorter ones would be found everywhere, and protect nothing. */
const SHORTEST = 4;
const STAR = 0x2a;

/** @param secrets what must not leave, as it stands now */
export function scrub(secrets: () => readonly string[]): Scrub {
  let compiled:
    { readonly of: string; readonly plain: readonly string[]; readonly pattern: RegExp } | undefined;
  /** Compiled anew only when the secrets change: answers are many, changes of configuration few. */
  const current = (): NonNullable<typeof compiled> | undefined => {
    const plain = secrets().filter((secret) => secret.length >= SHORTEST);
    if (plain.length === 0) return undefined;
    const of = plain.join('\0');
    if (compiled?.of !== of) {
      // Also as they stand in an address and in JSON. The longest first, so that no rest of one remains.
      const forms = new Set(
        plain.flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)]),
      );
      const sorted = [...forms].sort((one, other) => other.length - one.length);
      compiled = { of, plain, pattern: new RegExp(sorted.map(escaped).join('|'), 'g') };
    }
    return compiled;
  };
  const text = (written: string): string => {
    const known = current();
    return known === undefined ? written : written.replace(known.pattern, MARK);
  };
  return {
    text,
    json: (document) => {
      const written = JSON.stringify(document);
      const known = current();
      // Numbers stay as they are, so a hit is looked at again value by value.
      if (known === undefined || written.search(known.pattern) < 0) return written;
      return JSON.stringify(document, (_key, value: unknown) =>
        typeof value === 'string' ? text(value) : value,
      );
    },
    bytes: (bytes) => {
      const known = current();
      if (known === undefined) return bytes;
      let copy: Buffer | undefined;
      for (const secret of known.plain) {
        const wanted = Buffer.from(secret);
        for (let from = 0; ;) {
          const at = (copy ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).indexOf(
            wanted,
            from,
          );
          if (at < 0) break;
          copy ??= Buffer.from(bytes);
          copy.fill(STAR, at, at + wanted.length);
          from = at + wanted.length;
        }
      }
      return copy ?? bytes;
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
