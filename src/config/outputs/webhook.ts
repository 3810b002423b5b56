import * as z from 'zod';
import { duration, secret, text, url, word } from '../scalars.ts';
import { COMMON, SENDING, tls } from './common.ts';

/** Any program that takes HTTP requests: alarms, other events, readings. */
export const webhookSchema = z.strictObject({
  type: z.literal('webhook'),
  ...COMMON,
  ...SENDING,
  url: url('Where to send', ['http', 'https']),
  method: word('Method', ['POST', 'PUT']).default('POST'),
  what: z
    .array(z.enum(['alarms', 'events', 'readings']))
    .min(1)
    .describe('alarms raised and cleared; all other events; readings')
    .default(['alarms']),
  severity: word('Of alarms and events: only these and more serious ones', [
    'info',
    'warning',
    'critical',
  ]).default('info'),
  format: word('json: one document; text: the sentence alone, for ntfy and the like', [
    'json',
    'text',
  ]).default('json'),
  headers: z
    .record(z.string().regex(/^[\w-]+$/, 'the name of a header'), secret('Value'))
    .describe('Headers to send along')
    .meta({ mark: 'secret' })
    .default({}),
  username: text('User').exactOptional(),
  password: secret('Password').exactOptional(),
  token: secret('Token: `Authorization: Bearer ...`').exactOptional(),
  timeout: duration('Longest wait for an answer', '1s', '1m').prefault('10s'),
  tls,
});
