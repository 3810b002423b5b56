/** The configuration: what may be said in it, reading it, and what changed between two of them. */
export type { BusConfig, DeviceConfig } from './bus.ts';
export type { SiteChecks } from './check/index.ts';
export { isLoopback } from './check/network.ts';
export { ruleText } from './check/rules.ts';
export type { AlarmConfig } from './sections.ts';
export {
  type Changes,
  type ConfigChanges,
  diffConfig,
  isUnchanged,
  type Named,
  type Placed,
  type Section,
} from './diff.ts';
export {
  isOutputKind,
  OUTPUT_KINDS,
  type OutputConfig,
  type OutputKind,
  type OutputOptions,
} from './outputs/index.ts';
export { jsonSchema, type JsonSchema, writtenOutput, writtenSchema } from './json-schema.ts';
export { loadConfig, parseConfig, type Parsed, type ParseOptions, unreadable } from './parse.ts';
export { maskedText, unmaskedText } from './mask.ts';
export { PROBE, probeBus, type ProbeInput, probeSchema } from './probe.ts';
export { MASK, printProblem, type Problem } from './problem.ts';
export { redact, secretsOf } from './redact.ts';
export { SAMPLE } from './sample.ts';
export { type Scanned, scannedConfig } from './scanned.ts';
export {
  type BatteryConfig,
  type Config,
  type ConfigInput,
  configSchema,
  type HistoryConfig,
  type HttpConfig,
  type LogConfig,
  type TariffsConfig,
} from './schema.ts';
