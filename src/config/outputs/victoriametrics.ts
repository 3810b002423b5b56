import * as z from 'zod';
import { flag, secret, text, url } from '../scalars.ts';
import { COMMON, SENDING, tls } from './common.ts';

/** VictoriaMetrics. */
export const victoriametricsSchema = z.strictObject({
  type: z.literal('victoriametrics'),
  ...COMMON,
  ...SENDING,
  url: url('The server: http://host:8428, of a cluster the URL of vminsert with its tenant', [
    'http',
    'https',
  ]),
  username: text('User').exactOptional(),
  password: secret('Password').exactOptional(),
  token: secret('Token instead of a password').exactOptional(),
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _')
    .describe('First part of metric names')
    .default('busbar'),
  labels: z
    .record(z.string().regex(/^[a-zA-Z_]\w*$/, 'letters, digits and _'), z.string().min(1))
    .describe('Labels added to everything')
    .default({}),
  gzip: flag('Compress').default(true),
  tls,
});
