import type { Output, OutputContext } from '../core/site/index.ts';
import { httpClient, type HttpClientOptions } from './http/index.ts';
import { webhook, type WebhookOptions } from './webhook/index.ts';

/** A webhook as configured. */
export type WebhookOutputOptions = WebhookOptions & Omit<HttpClientOptions, 'version' | 'scheme' | 'gzip'>;

/**
 * Tells another program what happens on a site. Throws a `config` fault for a certificate that cannot be read.
 * @param version of busbar
 */
export function webhookOutput(
  options: WebhookOutputOptions,
  context: OutputContext,
  version: string,
): Output {
  return webhook(options, context, httpClient({ ...options, version }));
}
