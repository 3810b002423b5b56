import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultOf } from '../../src/core/fault.ts';
import type { Output } from '../../src/core/site/index.ts';
import { startPump } from '../../src/gateway/output-pump.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { influxdbOutput, type InfluxdbOutputOptions } from '../../src/outputs/influxdb.ts';
import { victoriametricsOutput } from '../../src/outputs/victoriametrics.ts';
import { thinner } from '../../src/site/index.ts';
import { proofs } from '../every-device/captures.ts';
import { has, never, scratch, until } from '../links/harness.ts';
import { freePort } from './mosquitto.ts';
import { contextOf, entry, type Receiver } from './receiver.ts';
import { memberOf, playedSite, readingsOf, stateOf } from './site.ts';
import { type Influxd, startInfluxd, startVictoria, type Victoria } from './time-series-servers.ts';

/** InfluxDB and VictoriaMetrics: the real ones where there are any, and an endpoint that judges URL and rights. */
const hasInflux = has('influxd', ['version'], 'writing to InfluxDB is (the package is influxdb)');
const hasVictoria = has('victoria-metrics', ['-version'], 'writing to VictoriaMetrics is');

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});
let folder = '';
let count = 0;
beforeAll(async () => {
  const made = await scratch();
  folder = made.path;
  return () => made.remove();
});

const NOW = Date.now();
const [proof] = proofs.filter(({ name }) => name === 'kg.readme');
if (proof === undefined) throw new Error('the capture is gone');
const site = playedSite('my home');
site.put(stateOf(memberOf(proof.device, 'shunt'), readingsOf(proof), NOW));

const snapshots = (amount: number, first = 1) =>
  Array.from({ length: amount }, (_, index) =>
    entry(first + index, 'shunt', 'measured', NOW + first + index, {
      voltage: (50_000 + first + index) / 1000,
    }),
  );
const fate = async (
  output: Output,
  entries: Parameters<NonNullable<Output['deliver']>>[0],
): Promise<string> => {
  try {
    await output.deliver?.(entries, never);
    return 'taken';
  } catch (error) {
    const { code, message } = faultOf(error, 'config');
    return `${code}: ${message}`;
  }
};

/** Delivers batches in order, each again until it is taken, while the receiver is killed and started. */
async function through(
  output: Output,
  server: Receiver,
  batches: ReturnType<typeof snapshots>[],
  settled: () => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  let failures = 0;
  for (const [place, batch] of batches.entries()) {
    if (place % 4 === 1) {
      await settled();
      const under = fate(output, batch);
      await server.kill();
      await under;
      expect(await fate(output, batch)).toMatch(/^output: .*nothing listens there/);
      failures++;
      await server.start();
    }
    // What was taken already is delivered once more: that changes nothing.
    await until(async () => (await fate(output, batch)) === 'taken', 'the batch', 30_000);
  }
  return failures;
}

const INFLUX: InfluxdbOutputOptions = {
  url: 'http://127.0.0.1',
  version: 1,
  database: 'db',
  precision: 'ms',
  gzip: true,
};
function opened(options: Partial<InfluxdbOutputOptions>): Output {
  const output = influxdbOutput({ ...INFLUX, ...options }, contextOf(site), '1.2.3');
  cleanup.push(() => output.close());
  return output;
}

describe.skipIf(!hasInflux)('a real InfluxDB 1', () => {
  const influxd = async (): Promise<Influxd> => {
    const made = await startInfluxd(join(folder, `influx${++count}`));
    cleanup.push(made.kill);
    return made;
  };

  it('has what was sent, once, however often it is sent', async () => {
    const { url, query } = await influxd();
    const output = opened({ url });
    expect(await output.test(never)).toContain('takes writes to db');
    const event = {
      sequence: 9,
      what: 'event' as const,
      event: {
        at: NOW,
        kind: 'alarm_raised' as const,
        severity: 'warning' as const,
        subject: 'a b',
        text: 'it "is"',
      },
    };
    const entries = [...snapshots(3), event];
    expect([await fate(output, entries), await fate(output, entries)]).toEqual(['taken', 'taken']);
    expect(await query('SELECT voltage FROM measured')).toEqual([
      [NOW + 1, 50.001],
      [NOW + 2, 50.002],
      [NOW + 3, 50.003],
    ]);
    expect(await query(`SELECT text FROM events WHERE subject = 'a b'`)).toEqual([[NOW, 'it "is"']]);
    expect(
      await query(`SELECT count(voltage) FROM measured WHERE site = 'my home' AND device = 'shunt'`),
    ).toEqual([[0, 3]]);
  }, 60_000);

  it('refuses what is of another type there, and nothing else; nothing of it is sent for ever', async () => {
    const { url, query } = await influxd();
    const output = opened({ url });
    await fetch(`${url}/write?db=db`, { method: 'POST', body: 'measured,device=x voltage="a text"' });
    const [first, second] = snapshots(2);
    if (first === undefined || second === undefined) throw new Error('two were made');
    const good = entry(3, 'shunt', 'measured', NOW, { current: 1.5 });
    expect(await fate(output, [first, good])).toMatch(/^refused: .*partial write: field type conflict/);
    expect(await fate(output, [good])).toBe('taken');
    expect(await query('SELECT current FROM measured')).toEqual([[NOW, 1.5]]);
    // A database that is not there is no fault of the readings.
    expect(await fate(opened({ url, database: 'none' }), [good])).toMatch(
      /^output: .*404.*database not found/,
    );
    expect(await fate(opened({ url, version: 2, org: 'o', bucket: 'b', token: 't' }), [good])).toMatch(
      /^output: .*404/,
    );
    await expect(opened({ url, database: 'none' }).test(never)).rejects.toThrow('database not found');
    expect(await fate(output, [entry(4, 'nobody', 'measured', NOW, { voltage: 1 })])).toMatch(
      /^refused: nothing is known of nobody\.measured now/,
    );
  }, 60_000);

  it('gets everything but the one entry that it refuses, which is set aside', async () => {
    const { url, query } = await influxd();
    await fetch(`${url}/write?db=db`, { method: 'POST', body: 'measured,device=x voltage="a text"' });
    const all = Array.from({ length: 300 }, (_, index) =>
      entry(index + 1, 'shunt', 'measured', NOW + index, index === 123 ? { voltage: 1 } : { current: index }),
    );
    const aside: number[] = [];
    let cursor = 0;
    const { log } = contextOf(site);
    const pump = startPump({
      name: 'influx',
      type: 'influxdb',
      output: opened({ url }),
      journal: {
        read: (after, limit) =>
          Promise.resolve(all.filter(({ sequence }) => sequence > after).slice(0, limit)),
        newest: () => all.length,
        cursor: () => Promise.resolve(cursor),
        advance: (_, to) => Promise.resolve(void (cursor = to)),
        quarantine: (_, { sequence }) => Promise.resolve(void aside.push(sequence)),
      },
      thin: thinner({}, () => undefined),
      clock: systemClock,
      random: Math.random,
      log,
      onQuarantine: () => undefined,
    });
    await until(() => cursor === all.length, 'the journal to be delivered', 30_000);
    expect(aside).toEqual([124]);
    expect(pump.status()).toMatchObject({ delivered: 299, quarantined: 1, backlog: 0 });
    expect(await query('SELECT count(current) FROM measured')).toEqual([[0, 299]]);
    await pump.close();
  }, 60_000);

  it('loses nothing and keeps the order while it is killed again and again', async () => {
    const server = await influxd();
    const batches = Array.from({ length: 12 }, (_, batch) => snapshots(200, batch * 200 + 1));
    expect(await through(opened({ url: server.url }), server, batches)).toBe(3);
    const rows = await server.query('SELECT voltage FROM measured');
    expect(rows).toEqual(Array.from({ length: 2_400 }, (_, at) => [NOW + at + 1, (50_000 + at + 1) / 1000]));
  }, 120_000);
});

describe('an InfluxDB of any version', () => {
  /** Answers so, and notes what it was asked. */
  async function endpoint(answer: { status: number; text?: string; headers?: Record<string, string> }) {
    const asked: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const bytes = Buffer.concat(parts);
        const { url = '', headers } = request;
        const isPacked = headers['content-encoding'] === 'gzip';
        asked.push({ url, headers, body: (isPacked ? gunzipSync(bytes) : bytes).toString() });
        response.writeHead(answer.status, answer.headers).end(answer.text);
      });
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    cleanup.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { asked, answer, url: `http://127.0.0.1:${port}` };
  }
  const lines = snapshots(2).map(
    (_, index) => `measured,device=shunt,site=my\\ home voltage=50.00${index + 1}`,
  );
  const common = `${lines[0]} ${NOW + 1}\n${lines[1]} ${NOW + 2}`;

  it.each([
    [
      { version: 1, username: 'me', password: 'pa:ss', retention_policy: 'long' } as const,
      '/write?db=db&rp=long&precision=ms',
      // base64 of me:pa:ss
      'Basic bWU6cGE6c3M=',
    ],
    [
      { version: 2, org: 'an org', bucket: 'b/1', token: 'T0' } as const,
      '/api/v2/write?org=an+org&bucket=b%2F1&precision=ms',
      'Token T0',
    ],
    [
      { version: 3, token: 'T0' } as const,
      '/api/v3/write_lp?db=db&precision=millisecond&accept_partial=true',
      'Bearer T0',
    ],
  ])('is asked as its makers document: %j', async (options, url, authorization) => {
    const { asked, url: base } = await endpoint({ status: 204 });
    expect(await fate(opened({ ...options, url: base }), snapshots(2))).toBe('taken');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ url, body: common });
    expect(asked[0]?.headers.authorization).toBe(authorization);
    expect(asked[0]?.headers['user-agent']).toBe('busbar/1.2.3');
  });

  it('gets much of it compressed, in parts of 5000 lines, and whole seconds where wanted', async () => {
    const { asked, url } = await endpoint({ status: 204 });
    expect(await fate(opened({ url: `${url}/below/`, precision: 's' }), snapshots(5_001))).toBe('taken');
    expect(asked.map(({ body }) => body.split('\n').length)).toEqual([5_000, 1]);
    expect(asked[0]?.headers['content-encoding']).toBe('gzip');
    expect(asked[0]?.url).toBe('/below/write?db=db&precision=s');
    expect(asked[1]?.body).toMatch(new RegExp(` ${Math.floor((NOW + 5_001) / 1000)}$`));
  });

  it.each([
    // The answers of v1, v2 and v3 to a type conflict.
    [400, '{"error":"partial write: field type conflict dropped=1"}', /^refused: /],
    [422, '{"code":"unprocessable entity","message":"failure writing points"}', /^refused: /],
    [400, '{"error":"partial write of line protocol occurred","data":[]}', /^refused: /],
    // Halved until it fits.
    [413, '', /^refused: /],
    // A proxy, another program.
    [400, '<html>The plain HTTP request was sent to HTTPS port</html>', /^output: /],
    [401, '{"code":"unauthorized"}', /^output: .*token is wrong/],
    [404, '{"code":"not found","message":"bucket not found"}', /^output: .*bucket not found/],
    [429, '', /^output: /],
    [503, '', /^output: /],
  ])('that answers %i %s', async (status, text, wanted) => {
    const { url } = await endpoint({ status, text });
    expect(await fate(opened({ url }), snapshots(1))).toMatch(wanted);
  });

  it('is left alone as long as it wants', async () => {
    const { url, asked, answer } = await endpoint({ status: 429, headers: { 'Retry-After': '3600' } });
    const output = opened({ url });
    await fate(output, snapshots(1));
    answer.status = 204;
    expect(await fate(output, snapshots(1))).toMatch(/^output: .*wants to be left alone for another 3600 s/);
    expect(asked).toHaveLength(1);
  });

  it('that breaks off in the middle of an answer has taken nothing', async () => {
    const server = createServer((_, response) => {
      response.writeHead(204, { 'Content-Length': '10' });
      response.socket?.end('HTTP/1.1 204 No');
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    cleanup.push(() => server.close());
    expect(await fate(opened({ url: `http://127.0.0.1:${port}` }), snapshots(1))).toMatch(/^output: /);
  });

  it('is never shown with its password', async () => {
    const told = await fate(opened({ url: `http://me:secret@127.0.0.1:${await freePort()}` }), snapshots(1));
    expect(told).toMatch(/nothing listens there/);
    expect(told).not.toContain('secret');
  });
});

describe.skipIf(!hasVictoria)('a real VictoriaMetrics', () => {
  const victoria = async (...more: readonly string[]): Promise<Victoria> => {
    const made = await startVictoria(join(folder, `vm${++count}`), ...more);
    cleanup.push(made.kill);
    return made;
  };
  function sending(url: string) {
    const context = contextOf(site);
    const output = victoriametricsOutput(
      { url, prefix: 'busbar', labels: { place: 'the "shed"' }, gzip: true },
      context,
      '1.2.3',
    );
    cleanup.push(() => output.close());
    return { output, logged: context.logged };
  }
  /** Every value that is there, by time. */
  async function exported(url: string): Promise<[number, number][]> {
    await fetch(`${url}/internal/force_flush`);
    const text = await (await fetch(`${url}/api/v1/export?match[]={__name__=~"busbar_.*"}`)).text();
    const rows = text
      .split('\n')
      .filter((line) => line !== '')
      // The form of the export: the same as that of the import.
      .map((line) => JSON.parse(line) as { metric: object; values: number[]; timestamps: number[] });
    for (const { metric } of rows)
      expect(metric).toEqual({
        __name__: 'busbar_voltage_volts',
        place: 'the "shed"',
        site: 'my home',
        device: 'shunt',
        group: 'measured',
      });
    return rows
      .flatMap(({ values, timestamps }) =>
        timestamps.map((time, place): [number, number] => [time, values[place] ?? Number.NaN]),
      )
      .sort(([one], [other]) => one - other);
  }

  it('has what was sent; sent again it is no other value', async () => {
    const { url } = await victoria('-dedup.minScrapeInterval=1ms');
    const { output } = sending(url);
    expect(await output.test(never)).toMatch(/takes imports, and keeps them for 31 days/);
    for (let time = 0; time < 2; time++) expect(await fate(output, snapshots(3))).toBe('taken');
    await until(async () => (await exported(url)).length > 0, 'the values to be found');
    expect(await exported(url)).toEqual([
      [NOW + 1, 50.001],
      [NOW + 2, 50.002],
      [NOW + 3, 50.003],
    ]);
  }, 60_000);

  it('refuses what it would drop without a word: too old, or far ahead; and texts never become 0', async () => {
    const { url } = await victoria();
    const { output } = sending(url);
    const DAY = 86_400_000;
    const old = entry(1, 'shunt', 'measured', NOW - 40 * DAY, { voltage: 1 });
    expect(await fate(output, [old, ...snapshots(1, 2)])).toMatch(
      /^refused: .*would drop this without a word: it keeps 31 days, and this is older/,
    );
    expect(await fate(output, [entry(2, 'shunt', 'measured', NOW + 3 * DAY, { voltage: 1 })])).toMatch(
      /^refused: .*more than two days ahead/,
    );
    expect(
      await fate(output, [
        entry(3, 'shunt', 'measured', NOW, { voltage: 'bad', power: Number.NaN, current: null }),
      ]),
    ).toBe('taken');
    expect(await exported(url)).toEqual([]);
    const patient = await victoria('-retentionPeriod=100y');
    const long = sending(patient.url);
    expect(await fate(long.output, [old])).toBe('taken');
    await until(async () => (await exported(patient.url)).length > 0, 'the value to be found');
    expect(await exported(patient.url)).toEqual([[NOW - 40 * DAY, 1]]);
  }, 60_000);

  it('loses nothing and keeps the order while it is killed again and again', async () => {
    // It acknowledges what is only in its memory: what was not on its disk when the power failed is lost there.
    const server = await victoria('-dedup.minScrapeInterval=1ms');
    const batches = Array.from({ length: 8 }, (_, batch) => snapshots(200, batch * 200 + 1));
    const onDisk = () => fetch(`${server.url}/snapshot/create`);
    expect(await through(sending(server.url).output, server, batches, onDisk)).toBe(2);
    const wanted = Array.from({ length: 1_600 }, (_, at) => [NOW + at + 1, (50_000 + at + 1) / 1000]);
    await until(async () => (await exported(server.url)).length >= wanted.length, 'the values to be found');
    expect(await exported(server.url)).toEqual(wanted);
  }, 120_000);
});
