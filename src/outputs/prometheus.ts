import { onlyMembers, type Output, type OutputContext } from '../core/site/index.ts';
import { prometheus, type PrometheusOptions } from './prometheus/index.ts';

/** A Prometheus output as configured. */
export type PrometheusOutputOptions = PrometheusOptions & {
  /** Only these members; absent: all. */
  readonly members?: readonly string[];
};

/** Serves a site to Prometheus. */
export function prometheusOutput(options: PrometheusOutputOptions, context: OutputContext): Output {
  const { members } = options;
  return prometheus(
    options,
    members === undefined ? context : { ...context, view: onlyMembers(context.view, members) },
  );
}
