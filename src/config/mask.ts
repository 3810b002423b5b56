import { type ParseOptions, secretPlaces } from './parse.ts';
import { MASK, withoutCredentials } from './problem.ts';
import type { Span } from './tree.ts';

/**
 * A configuration as people edit it who may not see its secrets: passwords and the like that stand in the file are
 * `***`, and become what they were when the text comes back. What only names a secret (`${ENV}`, `!file`) stays.
 */

/** A configuration with a mark in place of every secret. */
export function maskedText(text: string, options: ParseOptions): string {
  const secrets = [...secretPlaces(text, options).values()].filter((span) => isLiteral(text, span));
  return withoutCredentials(
    replaced(
      text,
      secrets.map((span) => ({ span, by: MASK })),
    ),
  );
}

/** What became of a text with marks in it. */
export type Unmasked =
  | { readonly text: string }
  /** Marks that stand where the file has no secret: the lines, counted from 1. */
  | { readonly strayLines: readonly number[] };

/** An edited text with its marks replaced by what the file has there, secret by secret in the order of their paths. */
export function unmaskedText(edited: string, original: string, options: ParseOptions): Unmasked {
  const before = secretPlaces(original, options);
  const changes: { span: Span; by: string }[] = [];
  for (const [path, span] of secretPlaces(edited, options)) {
    const secret = before.get(path);
    if (textAt(edited, span) === MASK && secret !== undefined && isLiteral(original, secret))
      changes.push({ span, by: textAt(original, secret) });
  }
  const credentials = [...original.matchAll(CREDENTIALS)].map(([whole, user = '']) => ({ whole, user }));
  const text = replaced(edited, changes).replace(MARKED, (marked: string) => {
    // A URL is known again by what stands around its credentials.
    const found = credentials.find(({ whole }) => withoutCredentials(whole) === marked);
    return found?.whole ?? marked;
  });
  const strayLines = text.split('\n').flatMap((line, index) => (line.includes(MASK) ? [index + 1] : []));
  return strayLines.length > 0 ? { strayLines } : { text };
}

const CREDENTIALS = /\w+:\/\/([^\s/@'"]+)@[^\s'",}]*/g;
const MARKED = /\w+:\/\/\*\*\*@[^\s'",}]*/g;

/** Whether the secret itself stands at a place, rather than a name of it. */
function isLiteral(text: string, span: Span): boolean {
  return !textAt(text, span).includes('${') && !text.slice(0, span.from).endsWith('!file ');
}

const textAt = (text: string, { from, to }: Span): string => text.slice(from, to).trimEnd();

function replaced(text: string, changes: readonly { readonly span: Span; readonly by: string }[]): string {
  let out = text;
  for (const { span, by } of changes.toSorted((one, other) => other.span.from - one.span.from)) {
    const kept = text.slice(span.from, span.to);
    out = out.slice(0, span.from) + by + kept.slice(kept.trimEnd().length) + out.slice(span.to);
  }
  return out;
}
