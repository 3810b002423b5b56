import { type Output, type OutputContext } from '../core/site/index.ts';
import { httpClient, type HttpClientOptions } from './http/index.ts';
import { influxdb, type InfluxdbOptions } from './influxdb/index.ts';

/** An InfluxDB output as configured. */
export type InfluxdbOutputOptions = InfluxdbOptions & Omit<HttpClientOptions, 'version' | 'scheme'>;

/**
 * Writes a site to InfluxDB. Throws a `config` fault for a certificate that cannot be read.
 * @param version of busbar
 */
export function influxdbOutput(
  options: InfluxdbOutputOptions,
  context: OutputContext,
  version: string,
): Output {
  const scheme = options.version === 2 ? 'Token' : 'Bearer';
  return influxdb(options, context, httpClient({ ...options, scheme, version }));
}
