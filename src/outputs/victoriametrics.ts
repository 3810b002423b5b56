import type { Output, OutputContext } from '../core/site/index.ts';
import { httpClient, type HttpClientOptions } from './http/index.ts';
import { victoriametrics, type VictoriametricsOptions } from './victoriametrics/index.ts';

/** A VictoriaMetrics output as configured. */
export type VictoriametricsOutputOptions = VictoriametricsOptions &
  Omit<HttpClientOptions, 'version' | 'scheme'>;

/**
 * Writes a site to VictoriaMetrics. Throws a `config` fault for a certificate that cannot be read.
 * @param version of busbar
 */
export function victoriametricsOutput(
  options: VictoriametricsOutputOptions,
  context: OutputContext,
  version: string,
): Output {
  return victoriametrics(options, context, httpClient({ ...options, version }));
}
