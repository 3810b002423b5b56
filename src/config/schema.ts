import * as z from 'zod';
import { busSchema } from './bus.ts';
import { outputSchema } from './outputs/index.ts';
import { name, text } from './scalars.ts';
import {
  alarmSchema,
  batterySchema,
  energySchema,
  historySchema,
  httpSchema,
  logSchema,
  tariffsSchema,
} from './sections.ts';

/** Everything that a configuration may say: the one source of checks, types, JSON Schema and documents. */
export const configSchema = z.strictObject({
  site: name('Name of the site; the first part of topics'),
  title: text('What people call it; left out: the name').exactOptional(),
  timezone: z
    .string()
    .refine(isZone, 'a time zone such as Europe/Berlin')
    .describe("Time zone whose midnights divide days: Europe/Berlin; left out: the computer's")
    .default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  buses: z.array(busSchema).min(1, 'at least one bus').describe('Lines with devices on them'),
  batteries: z
    .record(name('Name of the sum'), batterySchema)
    .describe('Several batteries shown as one, by name')
    .default({}),
  energy: energySchema.describe('How energy is counted from power').prefault({}),
  history: historySchema.describe('How history is kept').prefault({}),
  http: httpSchema.describe('API and screens').prefault({}),
  log: logSchema.describe('What is said while the gateway runs').prefault({}),
  outputs: z
    .record(name('The kind of output, or any name with `type`'), outputSchema)
    .describe('Where readings and events go, by name')
    .default({}),
  tariffs: tariffsSchema.describe('What energy costs').exactOptional(),
  alarms: z
    .array(alarmSchema)
    .describe('What people are told of, besides what devices report themselves')
    .default([]),
});

function isZone(typed: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * A configuration: checked, with every default filled in. Times are milliseconds, sizes bytes, prices millionths;
 * what the owner did not say and has no default is absent.
 */
export type Config = z.output<typeof configSchema>;

/** A configuration as written: `busbar.yaml` as plain data. */
export type ConfigInput = z.input<typeof configSchema>;

/** A named sum as configured. */
export type BatteryConfig = z.output<typeof batterySchema>;

/** What energy costs, as the tariff code takes it. */
export type TariffsConfig = z.output<typeof tariffsSchema>;

/** How history is kept. */
export type HistoryConfig = z.output<typeof historySchema>;

/** How API and screens are served. */
export type HttpConfig = z.output<typeof httpSchema>;

/** What is said while the gateway runs. */
export type LogConfig = z.output<typeof logSchema>;
