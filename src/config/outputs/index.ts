import * as z from 'zod';
import { domoticzSchema } from './domoticz.ts';
import { influxdbSchema } from './influxdb.ts';
import { mqttSchema } from './mqtt.ts';
import { natsSchema } from './nats.ts';
import { postgresSchema } from './postgres.ts';
import { prometheusSchema } from './prometheus.ts';
import { victoriametricsSchema } from './victoriametrics.ts';
import { webhookSchema } from './webhook.ts';
import { zabbixSchema } from './zabbix.ts';

/** Every kind of output by its word. */
export const OUTPUT_KINDS = {
  mqtt: mqttSchema,
  domoticz: domoticzSchema,
  zabbix: zabbixSchema,
  prometheus: prometheusSchema,
  influxdb: influxdbSchema,
  victoriametrics: victoriametricsSchema,
  postgres: postgresSchema,
  webhook: webhookSchema,
  nats: natsSchema,
} as const;

/** A kind of output. */
export type OutputKind = keyof typeof OUTPUT_KINDS;

/** Whether a word names a kind of output. */
export function isOutputKind(typed: unknown): typed is OutputKind {
  return typeof typed === 'string' && Object.hasOwn(OUTPUT_KINDS, typed);
}

/** An output of any kind; `type` is there (see `withTypes`). */
export const outputSchema = z.discriminatedUnion('type', [
  mqttSchema,
  domoticzSchema,
  zabbixSchema,
  prometheusSchema,
  influxdbSchema,
  victoriametricsSchema,
  postgresSchema,
  webhookSchema,
  natsSchema,
]);

/** An output as configured; `type` says which. Times in milliseconds. */
export type OutputConfig = z.output<typeof outputSchema>;

/** The options of one kind of output. */
export type OutputOptions<K extends OutputKind> = z.output<(typeof OUTPUT_KINDS)[K]>;
