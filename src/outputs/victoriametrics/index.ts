export { type VictoriametricsOptions, victoriametrics } from './output.ts';
