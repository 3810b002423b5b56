import type { JSX, RefObject } from 'preact';
import { useImperativeHandle, useRef } from 'preact/hooks';
import type { ConfigProblem } from '../../../core/site/api-error.ts';
import { t } from '../../i18n/language.ts';
import { offsetOf } from '../../model/text-place.ts';
import { texts } from './config-texts.ts';

/** What an editor can be told. */
export interface EditorHandle {
  /** Puts the cursor where a problem is. */
  readonly goTo: (problem: ConfigProblem) => void;
}

/** Text with numbered lines; those with a problem are marked. */
export function Editor({
  handle,
  text,
  readOnly,
  problems,
  onChange,
}: {
  readonly handle: RefObject<EditorHandle | null>;
  readonly text: string;
  readonly readOnly: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = text.split('\n').length;
  const marked = new Map(problems.map((problem) => [problem.line, problem.severity]));

  useImperativeHandle(handle, () => ({
    goTo: ({ line = 1, column = 1 }) => {
      const element = area.current;
      if (element === null) return;
      const at = offsetOf(element.value, line, column);
      element.focus();
      element.setSelectionRange(at, at);
      element.scrollTop = (line - 3) * (element.scrollHeight / lines);
    },
  }));

  return (
    <div class="editor">
      <div class="gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, place) => (
          <span key={place} class={marked.get(place + 1) ?? ''}>
            {place + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        class="code"
        aria-label={t(texts.label)}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        readOnly={readOnly}
        rows={Math.min(34, Math.max(12, lines + 1))}
        value={text}
        onInput={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
