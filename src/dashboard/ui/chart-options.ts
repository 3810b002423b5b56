import UPlot from 'uplot';
import { locale } from '../i18n/language.ts';
import type { ChartProps } from './chart-line.ts';

/** Lines differ in colour by number; the colours stand in the style sheet, as those of the legend do. */
const COLOURS = 8;

/** The axis on the right side (1, as uPlot counts them: its enumeration has a type and no value). */
const onTheRight: object = { side: 1, grid: { show: false } };

/** A chart as uPlot wants it described. */
export function optionsOf(
  { lines, span, zone, onZoom }: ChartProps,
  element: HTMLElement,
  size: { readonly width: number; readonly height: number },
  onPoint: (at: number | null) => void,
): UPlot.Options {
  const style = getComputedStyle(element);
  const [text, grid] = [style.color, resolved(element, '--chart-grid')];
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const series: UPlot.Series[] = [{}];
  const bands: UPlot.Band[] = [];
  for (const [place, line] of lines.entries()) {
    const colour = resolved(element, `--line-${place % COLOURS}`);
    const scale = line.unit === '' ? 'number' : line.unit;
    series.push({
      scale,
      stroke: colour,
      width: 2,
      points: { show: false },
      ...(line.steps === true && UPlot.paths.stepped !== undefined
        ? { paths: UPlot.paths.stepped({ align: 1 }) }
        : {}),
    });
    if (line.min === undefined || line.max === undefined) continue;
    const upper = series.length;
    const edge = { scale, stroke: 'transparent', width: 0, points: { show: false } };
    series.push(edge, edge);
    bands.push({ series: [upper, upper + 1], fill: `color-mix(in srgb, ${colour} 22%, transparent)` });
  }
  const units = [...new Set(series.flatMap(({ scale }) => (scale === undefined ? [] : [scale])))];
  return {
    ...size,
    series,
    bands,
    cursor: { drag: { x: onZoom !== undefined, y: false, setScale: false } },
    legend: { show: false },
    ...(zone === undefined ? {} : { tzDate: (at) => UPlot.tzDate(new Date(at * 1000), zone) }),
    scales: {
      x: span === undefined ? { time: true } : { time: true, range: [span[0] / 1000, span[1] / 1000] },
    },
    axes: [
      { ...axis, space: 75, values: (_plot, ticks) => tickTexts(ticks, zone) },
      ...units.map((unit, place) => ({
        ...axis,
        scale: unit,
        size: (_plot: UPlot, values: string[] | null) =>
          24 + 7 * Math.max(2, ...(values ?? []).map((one) => one.length)),
        ...(place === 0 ? {} : onTheRight),
        values: (_plot: UPlot, ticks: number[]) => valueTexts(ticks, unit === 'number' ? '' : unit),
      })),
    ],
    hooks: {
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 5 || onZoom === undefined) return;
          onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
        },
      ],
    },
  };
}

/** A colour of the style sheet in the theme that holds here: a canvas knows neither variables nor `light-dark`. */
function resolved(element: HTMLElement, name: string): string {
  const before = element.style.color;
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}

/** Numbers along an axis; the unit stands at the topmost alone. */
function valueTexts(ticks: readonly number[], unit: string): string[] {
  const format = new Intl.NumberFormat(locale.value, { maximumFractionDigits: 3 });
  return ticks.map((tick, place) =>
    place === ticks.length - 1 && unit !== '' ? `${format.format(tick)} ${unit}` : format.format(tick),
  );
}

/** Times along the axis: the date where a day begins, else the time of the day. */
function tickTexts(ticks: readonly number[], zone: string | undefined): string[] {
  const inZone = zone === undefined ? {} : { timeZone: zone };
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const date = new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', ...inZone });
  const time = new Intl.DateTimeFormat(locale.value, {
    hour: '2-digit',
    minute: '2-digit',
    ...(step < 60 ? { second: '2-digit' } : {}),
    ...inZone,
  });
  let day = '';
  return ticks.map((at) => {
    const today = date.format(at * 1000);
    if (step >= 86_400) return today;
    const clock = time.format(at * 1000);
    const begins = day !== '' && day !== today;
    day = today;
    return begins ? `${clock}\n${today}` : clock;
  });
}
