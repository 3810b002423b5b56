import * as z from 'zod';
import { duration, flag, secret, text, url, whole, word } from '../scalars.ts';
import { COMMON, SENDING, tls } from './common.ts';

const homeassistant = z.strictObject({
  prefix: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'a topic such as homeassistant')
    .describe('Prefix of discovery topics')
    .default('homeassistant'),
  mode: word(
    'bundle: one message for each device (Home Assistant 2024.11 and later); single: one for each value (older ones, Domoticz, openHAB)',
    ['bundle', 'single'],
  ).default('bundle'),
  status_topic: z
    .string()
    .regex(/^[^#+\s]+$/, 'a topic such as homeassistant/status')
    .describe('Where Home Assistant says that it has started; left out: status below the prefix')
    .exactOptional(),
  cells: flag('Single cells and packs are switched on from the beginning').default(false),
  aliases: z
    .record(z.string(), z.string())
    .describe('Former unique_id by series (`shunt.measured.voltage`), so that history goes on')
    .default({}),
});

/** MQTT, with discovery for Home Assistant. */
export const mqttSchema = z.strictObject({
  type: z.literal('mqtt'),
  ...COMMON,
  ...SENDING,
  url: url('The broker', ['mqtt', 'mqtts', 'ws', 'wss']),
  username: text('User').exactOptional(),
  password: secret('Password').exactOptional(),
  client_id: text(
    'Client id; left out: busbar-, the name of the site and part of an id that is made once',
  ).exactOptional(),
  version: z
    .union([z.literal('auto'), z.literal(4), z.literal(5)])
    .describe('Protocol: 5, 4 (that is 3.1.1), or 5 and then 4 where that is refused')
    .default('auto'),
  tls,
  prefix: z
    .string()
    .regex(/^[^/#+\s]+(\/[^/#+\s]+)*$/, 'a topic such as busbar')
    .describe('First part of all topics')
    .default('busbar'),
  retain: flag('The broker keeps the latest state').default(true),
  expiry: duration(
    'MQTT 5: the broker forgets a state that was not renewed for so long (they are renewed in time)',
    '10s',
    '30d',
  ).exactOptional(),
  values_topics: flag('Also one topic for each value').default(false),
  homeassistant: z
    .union([z.boolean(), homeassistant])
    .transform((typed) => (typed === true ? homeassistant.parse({}) : typed))
    .describe('Announce devices to Home Assistant')
    .default(false),
  commands: flag('Listen to commands (what may be written is what each device allows)').default(true),
  stream: flag('Every reading as a message, for consumers of many sites').default(false),
  keep_unheard: flag(
    'Readings of the stream that nobody listens to (as a broker with MQTT 5 says) are kept and sent again; false where the broker itself stores them',
  ).default(true),
  backfill_rate: whole('Old readings a second while catching up', 20, 100_000).default(500),
  keepalive: whole('Seconds between two signs of life', 5, 3600).default(30),
});
