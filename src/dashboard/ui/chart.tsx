import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { instantText, UNKNOWN, withUnit } from '../i18n/format.ts';
import { locale } from '../i18n/language.ts';
import { theme } from '../state/preferences.ts';
import type { ChartLine, ChartProps } from './chart-line.ts';
import { optionsOf } from './chart-options.ts';

/** A line chart with envelopes; point at it for the values of a moment, drag over a part to look closer. */
export function Chart(props: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const { time, lines, height = 240, label, span, zone, onZoom } = props;
  const [from, to] = span ?? [];
  const [shade, spoken] = [theme.value, locale.value];
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const size = { width: element.clientWidth || 300, height };
    const plot = new UPlot(optionsOf(props, element, size, setPointed), dataOf(time, lines), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [time, lines, height, from, to, zone, onZoom, shade, spoken]);
  return (
    <>
      <div class="chart" ref={place} role="img" aria-label={label} />
      <Legend time={time} lines={lines} at={pointed} zone={zone} />
    </>
  );
}

/** The names of the lines, and what they say where the pointer is. */
function Legend({
  time,
  lines,
  at,
  zone,
}: Pick<ChartProps, 'time' | 'lines' | 'zone'> & { readonly at: number | null }): JSX.Element {
  const moment = at === null ? undefined : time[at];
  return (
    <p class="chart-legend">
      {lines.map((line, place) => (
        <span key={line.label}>
          <i class={`swatch line-${place % 8}`} /> {line.label}
          {at !== null && <b> {valueAt(line, at)}</b>}
        </span>
      ))}
      {moment !== undefined && <span class="quiet">{instantText(moment, zone)}</span>}
    </p>
  );
}

function valueAt({ value, min, max, digits, unit }: ChartLine, at: number): string {
  const [mean, lowest, highest] = [value[at], min?.[at], max?.[at]];
  if (typeof mean !== 'number') return UNKNOWN;
  const said = withUnit(mean, digits, unit);
  if (typeof lowest !== 'number' || typeof highest !== 'number' || lowest === highest) return said;
  return `${said} (${withUnit(lowest, digits, '')} … ${withUnit(highest, digits, '')})`;
}

/** Seconds, then for each line its value, and its envelope where it has one. */
function dataOf(time: readonly number[], lines: readonly ChartLine[]): UPlot.AlignedData {
  const columns = lines.flatMap(({ value, min, max }) =>
    min === undefined || max === undefined ? [[...value]] : [[...value], [...max], [...min]],
  );
  return [time.map((at) => at / 1000), ...columns];
}
