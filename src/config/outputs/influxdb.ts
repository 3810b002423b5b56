import * as z from 'zod';
import { flag, secret, text, url, word } from '../scalars.ts';
import { COMMON, SENDING, tls } from './common.ts';

/** InfluxDB 1, 2 and 3. */
export const influxdbSchema = z
  .strictObject({
    type: z.literal('influxdb'),
    ...COMMON,
    ...SENDING,
    url: url('The server', ['http', 'https']),
    version: z
      .union([z.literal(1), z.literal(2), z.literal(3)])
      .describe('1: database, user and password; 2: organisation, bucket and token; 3: database and token'),
    database: text('Database (1, 3)').exactOptional(),
    retention_policy: text('Retention policy (1)').exactOptional(),
    org: text('Organisation (2)').exactOptional(),
    bucket: text('Bucket (2)').exactOptional(),
    token: secret('Token (2, 3)').exactOptional(),
    username: text('User (1)').exactOptional(),
    password: secret('Password (1)').exactOptional(),
    precision: word('Precision of times', ['ms', 's']).default('ms'),
    gzip: flag('Compress').default(true),
    tls,
  })
  .superRefine((influx, context) => {
    const needed = { 1: ['database'], 2: ['org', 'bucket', 'token'], 3: ['database', 'token'] } as const;
    for (const key of needed[influx.version])
      if (influx[key] === undefined)
        context.addIssue({
          code: 'custom',
          path: [],
          message: `${key}, which version ${influx.version} needs`,
        });
  });
