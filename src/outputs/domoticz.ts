import type { Output, OutputContext } from '../core/site/index.ts';
import {
  brokerDoor,
  type BrokerOptions,
  domoticz,
  type DomoticzOptions,
  jsonDoor,
} from './domoticz/index.ts';
import { httpClient, type HttpClientOptions } from './http/index.ts';

/** A Domoticz output as configured. */
export type DomoticzOutputOptions = DomoticzOptions &
  BrokerOptions &
  Omit<HttpClientOptions, 'version' | 'scheme' | 'gzip'>;

/**
 * Shows a site in Domoticz, by its JSON interface or by the broker that it listens to, as the URL says.
 * @param version of busbar
 */
export function domoticzOutput(
  options: DomoticzOutputOptions,
  context: OutputContext,
  version: string,
): Promise<Output> {
  const door = options.url.startsWith('mqtt')
    ? brokerDoor(options, context.clock)
    : jsonDoor(httpClient({ ...options, version }), options.hardware);
  return domoticz(options, context, door);
}
