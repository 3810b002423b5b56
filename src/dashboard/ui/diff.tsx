import type { JSX } from 'preact';
import type { DiffLine } from '../model/difference.ts';

/** A difference of two texts, line by line. */
export function Diff({ lines }: { readonly lines: readonly DiffLine[] }): JSX.Element {
  return (
    <pre class="diff" tabIndex={0}>
      {lines.map(({ sign, text }, place) => (
        <span key={place} class={sign === '+' ? 'added' : sign === '-' ? 'removed' : 'kept'}>
          {`${sign} ${text}\n`}
        </span>
      ))}
    </pre>
  );
}
