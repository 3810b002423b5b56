import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { Fault, faultOf } from '../../core/fault.ts';
import type { ZabbixOptions, ZabbixTls } from './options.ts';
import { type Outcome, outcomeOf, packet, unpacked } from './wire.ts';

/** A value on its way to an item of type trapper. */
export interface SenderValue {
  /** Technical name. */
  readonly host: string;
  readonly key: string;
  readonly value: string;
  /** When it was measured: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
}

/** Sends values to whichever of the servers answers. */
export interface Sender {
  /**
   * All values as one request. Rejects with an `output` fault when no server takes it; that single values failed is no
   * fault here.
   */
  readonly send: (values: readonly SenderValue[], signal: AbortSignal) => Promise<Outcome>;
}

const PORT = 10_051;
/** Milliseconds that a server gets, connecting included. */
const PATIENCE = 15_000;
/**
 * As Zabbix itself chooses for pre-shared keys with OpenSSL (documentation, "Cipher suites"): AES 128, and keys that
 * a later theft of the pre-shared one does not open where the server can.
 */
const PSK_CIPHERS = 'TLS_AES_128_GCM_SHA256:kECDHEPSK+AES128:kPSK+AES128';

export function sender(options: Pick<ZabbixOptions, 'server' | 'compress' | 'tls'>, clock: Clock): Sender {
  /** The one that answered last, first. */
  let servers = options.server.map(addressOf);
  const request = async (bytes: Buffer, signal: AbortSignal): Promise<string> => {
    const failures: string[] = [];
    for (const server of servers) {
      try {
        const text = await exchange(server, options.tls, bytes, clock, signal);
        servers = [server, ...servers.filter((one) => one !== server)];
        return text;
      } catch (error) {
        if (signal.aborted) throw error;
        failures.push(`${server.shown}: ${faultOf(error, 'output').message}`);
      }
    }
    throw new Fault('output', failures.join('; '));
  };
  return {
    send: async (values, signal) => {
      const now = clock.date();
      const data = values.map(({ at, ...value }) => ({ ...value, ...timeOf(at) }));
      const text = JSON.stringify({ request: 'sender data', data, ...timeOf(now) });
      return outcomeOf(await request(packet(text, options.compress), signal));
    },
  };
}

const timeOf = (at: number): { clock: number; ns: number } => {
  const whole = Math.floor(at);
  return { clock: Math.floor(whole / 1000), ns: (((whole % 1000) + 1000) % 1000) * 1_000_000 };
};

interface Address {
  readonly host: string;
  readonly port: number;
  readonly shown: string;
}

function addressOf(typed: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(typed) ?? [];
  const host = bracketed ?? plain ?? typed;
  return { host, port: port === undefined ? PORT : Number(port), shown: typed };
}

/** One request, one answer: the server closes the connection behind it. */
function exchange(
  { host, port }: Address,
  tls: ZabbixTls | undefined,
  bytes: Buffer,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0);
    const socket = dial(host, port, tls);
    const end = (act: () => void): void => {
      cancel();
      signal.removeEventListener('abort', abort);
      socket.destroy();
      act();
    };
    const fail = (message: string, cause?: unknown): void =>
      end(() => reject(new Fault('output', message, { cause })));
    const abort = (): void => fail('broken off');
    const cancel = clock.after(PATIENCE, () => fail(`no answer within ${PATIENCE / 1000} s`));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    socket.on('error', (error: Error) => fail(explained(error, tls), error));
    socket.on('close', () =>
      fail(
        heard.length === 0
          ? `the connection was closed without an answer${tls === undefined ? ' (does the server want encryption?)' : ''}`
          : 'the connection was closed within the answer',
      ),
    );
    socket.on('data', (more: Buffer) => {
      heard = Buffer.concat([heard, more]);
      try {
        const text = unpacked(heard);
        if (text !== undefined) end(() => resolve(text));
      } catch (error) {
        end(() => reject(faultOf(error, 'output')));
      }
    });
    socket.write(bytes);
  });
}

function dial(host: string, port: number, tls: ZabbixTls | undefined): Socket {
  if (tls === undefined) return connect({ host, port });
  // Certificates of Zabbix name no host; that the given authority has issued it is what is checked, as Zabbix does.
  const common = { host, port, checkServerIdentity: () => undefined };
  if (!('psk' in tls)) return connectTls({ ...common, ca: tls.ca, cert: tls.cert, key: tls.key });
  const psk = Buffer.from(tls.psk, 'hex');
  return connectTls({
    ...common,
    ciphers: PSK_CIPHERS,
    minVersion: 'TLSv1.2',
    pskCallback: () => ({ psk, identity: tls.psk_identity }),
  });
}

/** What a broken connection means. */
function explained(error: Error, tls: ZabbixTls | undefined): string {
  if (tls === undefined || !/ssl|tls|cert|ECONNRESET/i.test(error.message)) return error.message;
  return 'psk' in tls
    ? `${error.message} (are identity and key those of the host in Zabbix, and may connections from the host use a pre-shared key?)`
    : `${error.message} (do the certificates belong to the authority of the server?)`;
}
