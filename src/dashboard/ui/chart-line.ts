/** One line of a chart; all columns are as long as the chart's time. */
export interface ChartLine {
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly value: readonly (number | null)[];
  /** Envelope around it, where it is a mean. */
  readonly min?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
  /** Drawn as steps: states and counters change at once. */
  readonly steps?: boolean;
}

/** What a chart shows. */
export interface ChartProps {
  /** Milliseconds since 1970-01-01T00:00Z, rising. */
  readonly time: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly height?: number;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** The span to show; absent: all of the data. */
  readonly span?: readonly [from: number, to: number];
  /** Zone of the axis. */
  readonly zone?: string | undefined;
  /** A part was chosen by dragging over it. */
  readonly onZoom?: (from: number, to: number) => void;
}
