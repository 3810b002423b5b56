import { type Command, Option } from 'commander';
import type { IngestCommand } from '../ingest.ts';
import { duration } from '../values.ts';
import { command, EXIT, time } from './command.ts';

/** `busbar ingest`. */
export function addIngest(root: Command): void {
  command(
    root,
    'ingest',
    'take the streams of many sites from a broker into PostgreSQL; several share the work',
    'busbar ingest --from mqtt://broker --to postgres://busbar@database/fleet\n' +
      '  BUSBAR_FROM=mqtts://me:secret@broker busbar ingest --to postgres://... --id second',
  )
    .addOption(
      new Option('--from <url>', 'the broker (MQTT 5): mqtt://user:password@host; or NATS: nats://host')
        .env('BUSBAR_FROM')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--to <url>', 'the database: postgres://user:password@host/database')
        .env('BUSBAR_TO')
        .makeOptionMandatory(),
    )
    .option('--group <name>', 'those with the same name share the messages', 'ingest')
    .option(
      '--id <name>',
      'client id: the same after a restart, another one for each of a group; left out: with group and host name',
    )
    .option('--topic <filter>', 'what the topics of a site begin with', 'busbar/+')
    .option('--stream <name>', 'NATS: stream of JetStream that keeps the messages', 'BUSBAR')
    .option('--schema <name>', 'schema of the tables; made where it is missing', 'busbar')
    .addOption(time('--keep <time>', 'the broker keeps messages for us while we are away', '168h'))
    .option('--leave', 'give the place in the group up for good: take what is assigned to it, and end')
    .option('--from-ca <file>', "certificate of the authority of the broker's certificate")
    .option('--from-cert <file>', 'our certificate for the broker')
    .option('--from-key <file>', 'and its key')
    .option('--from-creds <file>', 'NATS: our .creds file')
    .option('--to-ca <file>', "certificate of the authority of the database's certificate")
    .option('--to-cert <file>', 'our certificate for the database')
    .option('--to-key <file>', 'and its key')
    .option('--timeout <time>', 'stop by itself after so long', duration)
    .action((options: IngestCommand) => EXIT(import('../ingest.ts').then(({ ingest }) => ingest(options))));
}
