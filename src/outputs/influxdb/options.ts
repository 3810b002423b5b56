/** How an InfluxDB output is set. */
export interface InfluxdbOptions {
  /** 1: `/write`, database, user and password; 2: `/api/v2/write`, organisation, bucket and token; 3: `/api/v3/write_lp`, database and token. */
  readonly version: 1 | 2 | 3;
  readonly database?: string;
  readonly retention_policy?: string;
  readonly org?: string;
  readonly bucket?: string;
  /** Times of points: with `s` several readings within a second become one. */
  readonly precision: 'ms' | 's';
}
