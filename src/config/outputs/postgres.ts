import * as z from 'zod';
import { secret, url, word } from '../scalars.ts';
import { COMMON, SENDING, tls } from './common.ts';

/** PostgreSQL, with TimescaleDB where it is there. */
export const postgresSchema = z.strictObject({
  type: z.literal('postgres'),
  ...COMMON,
  ...SENDING,
  url: url('Server and database: postgres://user@host/database', ['postgres', 'postgresql']),
  password: secret('Password').exactOptional(),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'lower-case letters, digits and _')
    .describe('Schema for our tables; made where it is missing')
    .default('busbar'),
  timescale: word('Hypertables: where the extension is there, or never', ['auto', 'never']).default('auto'),
  tls,
});
