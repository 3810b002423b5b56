export { linesOf } from './lines.ts';
export type { InfluxdbOptions } from './options.ts';
export { influxdb } from './output.ts';
