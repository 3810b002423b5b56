export { type PrometheusOptions, prometheus } from './output.ts';
