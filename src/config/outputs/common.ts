import * as z from 'zod';
import { quantities, type QuantityName } from '../../core/quantity.ts';
import { duration, flag, members, pem, word } from '../scalars.ts';

const names = Object.keys(quantities) as [QuantityName, ...QuantityName[]]; // the table's own keys

/** What all outputs that send readings have in common. */
export const COMMON = {
  enabled: flag('False: nothing is sent, its place in the journal is kept').default(true),
  members: members('Only these devices; left out: all').exactOptional(),
};

/** How much is sent. */
export const SENDING = {
  send: z
    .strictObject({
      every: z
        .union([z.literal('all'), duration('Time', '1s', '1d')])
        .describe('Every reading, or one of each group in so long')
        .default('all'),
      values: word('What measured numbers become in it; counters and words are the last', [
        'mean',
        'last',
        'min',
        'max',
      ]).default('mean'),
      deadband: z
        .partialRecord(z.enum(names), z.number().positive())
        .describe('Leave out a reading in which no number moved by more than this: { voltage: 0.05 }')
        .default({}),
      heartbeat: duration('Send although nothing moved after so long', '1s', '1d').prefault('15m'),
    })
    .describe('How much is sent')
    .prefault({}),
  max_age: duration(
    'What is older is not sent any more; left out: everything that the journal still has',
    '1m',
  ).exactOptional(),
};

/** How a receiver is known to be the right one, and we to it. */
export const tls = z
  .strictObject({
    ca: pem("Certificate of the receiver's authority: a PEM file").exactOptional(),
    cert: pem('Our certificate: a PEM file').exactOptional(),
    key: pem('Our private key: a PEM file', true).exactOptional(),
    insecure: flag('Believe any certificate: whoever is on the way can read and change everything').default(
      false,
    ),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key together')
  .describe('Encryption beyond what the URL says')
  .exactOptional();
