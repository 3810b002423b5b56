import type { ComponentChildren, JSX } from 'preact';

const RADIUS = 52;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring that is filled by a percentage; empty and dashed while that is unknown. */
export function Ring({
  percent,
  tone,
  label,
  children,
}: {
  readonly percent: number | undefined;
  readonly tone: string;
  /** What screen readers say. */
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const filled = percent === undefined ? 0 : Math.min(100, Math.max(0, percent)) / 100;
  return (
    <div class={`ring ${tone}`}>
      <svg viewBox="0 0 120 120" role="img" aria-label={label}>
        <circle class={percent === undefined ? 'rest unknown' : 'rest'} cx="60" cy="60" r={RADIUS} />
        {filled > 0 && (
          <circle
            class="filled"
            cx="60"
            cy="60"
            r={RADIUS}
            stroke-dasharray={`${filled * ROUND} ${ROUND}`}
            transform="rotate(-90 60 60)"
          />
        )}
      </svg>
      <div class="ring-text" aria-hidden="true">
        {children}
      </div>
    </div>
  );
}
