import * as z from 'zod';
import { flag, secret, text, url } from '../scalars.ts';
import { COMMON, SENDING, tls } from './common.ts';

/** NATS, stored by JetStream. */
export const natsSchema = z.strictObject({
  type: z.literal('nats'),
  ...COMMON,
  ...SENDING,
  servers: z
    .array(url('A server', ['nats', 'tls']))
    .min(1)
    .describe('Servers of one cluster'),
  username: text('User').exactOptional(),
  password: secret('Password').exactOptional(),
  token: secret('Token').exactOptional(),
  credentials: secret('Content of a .creds file: `!file busbar.creds`').exactOptional(),
  prefix: z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)*$/, 'a subject such as busbar')
    .describe('First part of subjects')
    .default('busbar'),
  stream: z
    .string()
    .regex(/^[\w-]+$/, 'letters, digits, - and _')
    .describe('Stream of JetStream that keeps them')
    .default('BUSBAR'),
  create: flag('Make the stream where it is missing').default(true),
  tls,
});
