/** Milliseconds. */
export const DAY = 86_400_000;
/** A number alone is months of 31 days. */
const UNITS: Readonly<Record<string, number>> = {
  '': 31 * DAY,
  h: DAY / 24,
  d: DAY,
  w: 7 * DAY,
  y: 365 * DAY,
};

/**
 * Milliseconds that a server keeps, from its own metrics: `flag{name="retentionPeriod", value="1", ...}`, there also where
 * nobody set it; undefined where they do not say it. Source: docs.victoriametrics.com, Retention.
 */
export function parseRetention(metrics: string): number | undefined {
  const [, number, unit = ''] =
    /^flag\{name="retentionPeriod", value="(\d+(?:\.\d+)?)([hdwy]?)"/m.exec(metrics) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
