/**
 * Last byte of an answer on the line -> snapshot in the hands of a client of the live stream, through the whole gateway:
 * bus, decoding, plausibility, counts, state, JSON, HTTP.
 *
 * Yardstick in the same run: the same bytes from the same process through a bare relay from TCP to an HTTP stream, which
 * understands nothing of them. At most 5 ms in 99 of 100 cases.
 *
 * `node bench/live-latency.bench.ts [readings]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, get } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../src/config/index.ts';
import { catalog } from '../src/devices/index.ts';
import { startApi } from '../src/gateway/http/index.ts';
import { startGateway } from '../src/gateway/start.ts';
import { systemClock } from '../src/node/clock-node.ts';
import { openLink } from '../src/node/parse-link.ts';
import { tcpHub } from '../src/node/tcp-hub.ts';
import kg from '../src/devices/juntek/kg.ts';
import { site } from '../src/simulator/index.ts';

const readings = Number(process.argv[2] ?? 100);
/** An answer of a real KG110F to R50. */
const ANSWER = ':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,\r\n';
const PERIOD = 50;
/** First readings of each, which are not counted: the code is not compiled yet. */
const WARM = 10;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Milliseconds that all processes of this machine count alike. */
const instant = (): number => performance.timeOrigin + performance.now();
const listening = (server: ReturnType<typeof createServer>): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  ); // it listens on a port, so that is what its address is

/** What is measured runs in a process of its own, as it does in life: the gateway, and the bare relay. */
async function serve(meter: number, relayed: number): Promise<void> {
  const relay = createHttpServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    connect(relayed, '127.0.0.1').on('data', (chunk) => {
      response.write(`data: ${chunk.toString('latin1')}\n\n`);
    });
  });
  const folder = mkdtempSync(join(tmpdir(), 'busbar-latency-'));
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const config = configSchema.parse({
    site: 'bench',
    buses: [
      {
        name: 'shed',
        link: `tcp://127.0.0.1:${meter}`,
        devices: [
          {
            name: 'a',
            device: 'juntek-kg',
            address: 1,
            poll: { measured: '1s', info: '1h', configured: '1h' },
          },
        ],
      },
    ],
    history: { path: join(folder, 'busbar.db') },
    http: { listen: '127.0.0.1:0' },
  });
  const gateway = await startGateway({
    config,
    catalog,
    clock: systemClock,
    version: '0',
    log: () => log,
    openLink,
    makeOutput: () => Promise.reject(new Error('there is none')),
  });
  const { url } = await startApi(gateway, { ...config.http, clock: systemClock, log });
  process.on('disconnect', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
  process.send?.({ gateway: `${url}api/live`, relay: `http://127.0.0.1:${await listening(relay)}/` });
}

/** Times from each sending to the next piece of a stream that speaks of a reading. */
async function timed(url: string, sign: string, sent: () => number | undefined): Promise<number[]> {
  const times: number[] = [];
  let heard = 0;
  await new Promise<void>((resolve, reject) => {
    const request = get(url, (response) => {
      response.on('data', (chunk: Buffer) => {
        const began = sent();
        if (began === undefined || !chunk.toString('latin1').includes(sign)) return;
        if (++heard <= WARM) return;
        times.push(instant() - began);
        if (times.length < readings) return;
        request.destroy();
        resolve();
      });
    });
    request.on('error', (error) => (times.length < readings ? reject(error) : undefined));
  });
  return times;
}

const at = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ??
  Number.NaN;

if (process.argv[2] === '--serve') {
  await serve(Number(process.argv[3]), Number(process.argv[4]));
} else {
  let last: number | undefined;
  const once = (): number | undefined => {
    const was = last;
    last = undefined;
    return was;
  };
  const send = (socket: Socket): void => {
    socket.write(ANSWER);
    last = instant();
  };
  const meter = await tcpHub(0);
  const world = site({ clock: systemClock, seed: 1, devices: [{ device: kg, address: 1 }] });
  void world.serve({
    ...meter.channel,
    incoming: meter.channel.incoming,
    write: async (bytes) => {
      await meter.channel.write(bytes);
      if (Buffer.from(bytes).toString('latin1').startsWith(':r50')) last = instant();
    },
  });
  const talker = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const timer = setInterval(() => send(socket), PERIOD);
    socket.on('close', () => clearInterval(timer));
  });
  const talkerPort = await listening(talker);
  const child = fork(fileURLToPath(import.meta.url), ['--serve', String(meter.port), String(talkerPort)]);
  const urls = await new Promise<{ gateway: string; relay: string }>((resolve) =>
    child.once('message', (message) => resolve(message as typeof urls)),
  ); // what `serve` sends
  const bare = await timed(urls.relay, ':r50', once);
  await pause(2_000);
  last = undefined;
  const ours = await timed(urls.gateway, '"group":"measured"', once);
  child.disconnect();
  world.stop();
  await meter.channel.close();
  talker.close();
  const row = (name: string, times: readonly number[]): void =>
    console.log(
      `${name.padEnd(12)} median ${at(times, 0.5).toFixed(2)} ms, p99 ${at(times, 0.99).toFixed(2)} ms`,
    );
  console.log(`last byte on the line to snapshot at a client, ${readings} readings, Node ${process.version}`);
  row('bare relay', bare);
  row('busbar', ours);
  console.log(`ratio        ${(at(ours, 0.5) / at(bare, 0.5)).toFixed(2)} of the medians`);
  console.log(`p99          ${at(ours, 0.99).toFixed(2)} ms (at most 5)`);
  process.exit(at(ours, 0.99) < 5 ? 0 : 1);
}
