import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Fault } from '../core/fault.ts';
import { systemClock } from '../node/clock-node.ts';
import type { Logger, Source } from '../core/site/index.ts';
import { ingest as move } from '../outputs/ingest.ts';
import { ended } from './run.ts';
import { interruption, log, print } from './terminal.ts';

/** What `ingest` takes. */
export interface IngestCommand {
  readonly from: string;
  readonly to: string;
  readonly group: string;
  readonly id?: string;
  readonly topic: string;
  /** Stream of JetStream. */
  readonly stream: string;
  readonly schema: string;
  /** Milliseconds. */
  readonly keep: number;
  readonly leave?: boolean;
  readonly fromCa?: string;
  readonly fromCert?: string;
  readonly fromKey?: string;
  readonly fromCreds?: string;
  readonly toCa?: string;
  readonly toCert?: string;
  readonly toKey?: string;
  /** Milliseconds after which it stops by itself. */
  readonly timeout?: number;
}

/** Moves the streams of many sites from a broker into a database until it is told to stop; returns the exit code. */
export async function ingest(options: IngestCommand): Promise<number> {
  const { group, topic, schema, timeout, toCa } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new Fault('config', `--schema ${schema}: expected lower-case letters, digits and _`);
  }
  if (!/^[^/+#\s]+$/.test(group))
    throw new Fault('config', `--group ${group}: expected a name without / + #`);
  if (!/^[^#\s]+$/.test(topic))
    throw new Fault('config', `--topic ${topic}: expected what sites begin with: busbar/+`);
  const from = await source(options, saying('from'));
  const stop = interruption();
  const until = new AbortController();
  void ended(stop.signal, timeout).then(() => until.abort());
  const counts = await move(
    {
      from,
      to: {
        url: options.to,
        schema,
        timescale: 'auto',
        ...tls(content(toCa), content(options.toCert), content(options.toKey)),
      },
      leave: options.leave === true,
    },
    systemClock,
    Math.random,
    saying('to'),
    until.signal,
  );
  stop.release();
  await print(`${JSON.stringify(counts)}\n`);
  return 0;
}

/** The log of one end. What settings of outputs are called in their hints, are options with its name here. */
function saying(end: 'from' | 'to'): Logger {
  const say =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string): void =>
      log(level, text.replaceAll(/\btls\.(ca|cert|key)\b/g, `--${end}-$1`));
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}

/** What is taken from: the scheme of its URL says what speaks there. */
async function source(options: IngestCommand, said: Logger): Promise<Source> {
  const { url, scheme, username, password } = addressOf(options.from);
  const { group, fromCa, fromCert, fromKey, fromCreds, leave } = options;
  const common = {
    client_id: options.id ?? `busbar-ingest-${group}-${hostname()}`,
    group,
    keep: Math.round(options.keep / 1000),
  };
  // Also where the files are read again with each connection: one that is not there is said at once.
  const encrypted = tls(content(fromCa), content(fromCert), content(fromKey));
  if (scheme === 'nats:' || scheme === 'tls:') {
    if (leave === true) {
      throw new Fault('config', '--leave: with NATS nobody of a group has anything of its own to leave', {
        hint: 'stop it; the others go on',
      });
    }
    const credentials = content(fromCreds);
    const { natsSource } = await import('../outputs/nats/index.ts');
    return natsSource(
      {
        ...common,
        // With its user, who is a token where there is no password.
        servers: [options.from],
        stream: options.stream,
        base: options.topic.replaceAll('/', '.').replaceAll('+', '*'),
        ...(credentials === undefined ? {} : { credentials }),
        ...encrypted,
      },
      systemClock,
      said,
    );
  }
  if (fromCreds !== undefined)
    throw new Fault('config', '--from-creds: a broker of MQTT takes no .creds file');
  const { mqttSource } = await import('../outputs/mqtt/index.ts');
  const user = {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  };
  return mqttSource(
    { ...common, ...user, url, base: options.topic, ...tls(fromCa, fromCert, fromKey) },
    said,
  );
}

/** A URL without the user, who goes separately. */
function addressOf(from: string): {
  readonly url: string;
  readonly scheme: string;
  readonly username: string;
  readonly password: string;
} {
  if (!URL.canParse(from) || !/^(mqtt|mqtts|ws|wss|nats|tls):$/.test(new URL(from).protocol)) {
    throw new Fault(
      'config',
      `--from ${from.replace(/\/\/[^/@]*@/, '//')}: expected mqtt://host, mqtts://host, nats://host or tls://host`,
    );
  }
  const url = new URL(from);
  const { protocol, username, password } = url;
  url.username = url.password = '';
  return {
    url: url.href,
    scheme: protocol,
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

function tls(
  ca: string | undefined,
  cert: string | undefined,
  key: string | undefined,
): {
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly insecure: false;
  };
} {
  if ((cert === undefined) !== (key === undefined)) {
    throw new Fault('config', 'a certificate and its key belong together');
  }
  if (ca === undefined && cert === undefined) return {};
  return {
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      insecure: false,
    },
  };
}

function content(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault('config', `${path} cannot be read`, {
      cause,
      hint: 'name a file in PEM form that this user may read',
    });
  }
}
