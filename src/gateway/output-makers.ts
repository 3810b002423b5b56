import type { OutputConfig, OutputKind, OutputOptions } from '../config/index.ts';
import { Fault } from '../core/fault.ts';
import type { Output, OutputContext } from '../core/site/index.ts';

/** Makes an output from its options; some tell their receiver the version of this program. */
type Maker<K extends OutputKind> = (
  options: OutputOptions<K>,
  context: OutputContext,
  version: string,
) => Output | Promise<Output>;

/** How each kind of output is made; loaded only where it is configured, since some bring large packages. */
const MAKERS: { readonly [K in OutputKind]?: () => Promise<Maker<K>> } = {
  mqtt: async () => (await import('../outputs/mqtt.ts')).mqttOutput,
  postgres: async () => (await import('../outputs/postgres/index.ts')).postgresOutput,
  nats: async () => (await import('../outputs/nats/index.ts')).natsOutput,
  domoticz: async () => (await import('../outputs/domoticz.ts')).domoticzOutput,
  zabbix: async () => (await import('../outputs/zabbix/index.ts')).zabbixOutput,
  prometheus: async () => (await import('../outputs/prometheus.ts')).prometheusOutput,
  influxdb: async () => (await import('../outputs/influxdb.ts')).influxdbOutput,
  victoriametrics: async () => (await import('../outputs/victoriametrics.ts')).victoriametricsOutput,
  webhook: async () => (await import('../outputs/webhook.ts')).webhookOutput,
};

/** Makes the output that a configuration describes. */
export async function makeOutput(
  options: OutputConfig,
  context: OutputContext,
  version: string,
): Promise<Output> {
  const load = MAKERS[options.type] as (() => Promise<Maker<OutputKind>>) | undefined; // the maker of just this kind
  if (load === undefined) throw new Fault('config', `there is no output '${options.type}'`);
  return (await load())(options, context, version);
}
