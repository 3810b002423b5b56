import * as z from 'zod';
import { flag, pem, text, word } from '../scalars.ts';
import { COMMON, SENDING } from './common.ts';

const address = z.string().regex(/^(\[[^\]]+\]|[^:\s]+)(:\d{1,5})?$/, 'host, or host:port');

/** Zabbix, by the protocol of zabbix_sender. */
export const zabbixSchema = z.strictObject({
  type: z.literal('zabbix'),
  ...COMMON,
  ...SENDING,
  server: z
    .union([address, z.array(address).min(1)])
    .transform((typed) => (typeof typed === 'string' ? [typed] : typed))
    .describe(
      'Server or proxy, usual port 10051. A list: nodes of one cluster, of which the first that answers is taken',
    ),
  host: text('Technical name of the host in Zabbix; left out: the name of the site').exactOptional(),
  hosts: word('site: one host for everything; member: one for each device besides, named HOST-DEVICE', [
    'site',
    'member',
  ]).default('site'),
  compress: flag('Compress (server 4.0 and later)').default(true),
  tls: z
    .union([
      z.strictObject({
        psk_identity: text('Identity of the key'),
        psk: z
          .string()
          .regex(/^([0-9a-f]{2}){16,256}$/i, '32 to 512 hex digits')
          .meta({ description: 'The key in hex', writeOnly: true, mark: 'secret' }),
      }),
      z.strictObject({
        ca: pem("Certificate of the server's authority: a PEM file"),
        cert: pem('Our certificate: a PEM file'),
        key: pem('Our private key: a PEM file', true),
      }),
    ])
    .describe('Encryption by pre-shared key or certificates')
    .exactOptional(),
});
