import type { MetricFamily, MetricSample } from '../../core/site/index.ts';

/** Samples of one metric. */
export interface Family extends MetricFamily {
  readonly samples: Pick<MetricSample, 'labels' | 'value'>[];
}

/** Metrics by name, in the order in which they were first seen. */
export interface Book {
  readonly add: (
    family: MetricFamily,
    labels: Readonly<Record<string, string>>,
    value: number | undefined,
  ) => void;
  readonly families: () => readonly Family[];
}

/** An empty book. A value that is not known is no sample. */
export function book(): Book {
  const families = new Map<string, Family>();
  return {
    add: (family, labels, value) => {
      if (value === undefined) return;
      const found = families.get(family.name) ?? { ...family, samples: [] };
      families.set(family.name, found);
      found.samples.push({ labels, value });
    },
    families: () => [...families.values()],
  };
}

/** Families of our own below a prefix. */
export function named(prefix: string) {
  return (name: string, help: string): MetricFamily => ({
    name: `${prefix}_${name}`,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    help,
  });
}
