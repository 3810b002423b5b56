import * as z from 'zod';
import { flag } from '../scalars.ts';
import { COMMON } from './common.ts';

/** Prometheus, which fetches: metrics are served under http. */
export const prometheusSchema = z.strictObject({
  type: z.literal('prometheus'),
  ...COMMON,
  path: z
    .string()
    .regex(
      /^(?!\/(api|healthz|openapi\.json)(\/|$))(\/[\w.-]+)+$/,
      'a path such as /metrics, and none that the gateway has itself',
    )
    .describe('Where metrics are served')
    .default('/metrics'),
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _')
    .describe('First part of metric names')
    .default('busbar'),
  cells: flag('A series for each cell').default(true),
  public: flag('Served without password or token').default(false),
});
