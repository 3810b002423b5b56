import { Counter, Gauge, Registry } from 'prom-client';
import type { Output, OutputContext } from '../../core/site/index.ts';
import { healthSamples } from './health.ts';
import { book, type Family } from './samples.ts';
import { siteSamples } from './site.ts';

/** How a Prometheus output is set. */
export interface PrometheusOptions {
  /** Where it is served. */
  readonly path: string;
  /** First part of metric names. */
  readonly prefix: string;
  /** Whether places of a list (cells, sensors) have a series each. */
  readonly cells: boolean;
  /** Whether it is served without a login. */
  readonly public: boolean;
}

/**
 * The site as Prometheus fetches it. Everything is read from the site when it is asked for, into a registry that is new
 * each time: what is not there any more has no series, and nothing grows.
 */
export function prometheus(options: PrometheusOptions, context: OutputContext): Output {
  const { path, prefix, cells } = options;
  const { view, health } = context;

  const registryNow = (): Registry => {
    const samples = book();
    siteSamples(samples, view, prefix, cells);
    if (health !== undefined) healthSamples(samples, health(), prefix, view.site);
    const registry = new Registry();
    for (const family of samples.families()) register(registry, family);
    return registry;
  };

  return {
    page: {
      path,
      type: Registry.PROMETHEUS_CONTENT_TYPE,
      public: options.public,
      read: () => registryNow().metrics(),
    },
    test: async () => {
      const text = await registryNow().metrics();
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      return `${path} has ${series} series; whether Prometheus fetches them, its page /targets shows`;
    },
    close: () => Promise.resolve(),
  };
}

function register(registry: Registry, { name, help, type, samples }: Family): void {
  const common = { name, help, registers: [registry] };
  const metric = type === 'counter' ? new Counter(common) : new Gauge(common);
  const get = metric.get.bind(metric);
  // `set` and `inc` would look for an earlier sample with the same labels; here none can be, and there may be 50,000.
  metric.get = async () => ({ ...(await get()), values: samples });
}
