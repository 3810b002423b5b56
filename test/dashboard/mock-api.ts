import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { hex } from '../../src/core/bytetext.ts';
import { bytesOfLog } from '../../src/core/pasted.ts';
import type { Alarm, SiteEvent } from '../../src/core/site/event.ts';
import type { ApiError } from '../../src/core/site/api-error.ts';
import type {
  ApiChange,
  ApiConfig,
  ApiEvents,
  ApiHistory,
  ApiMemberState,
  ApiOutput,
  ApiPort,
  ApiProfileEvent,
  ApiProposal,
  ApiScanEvent,
  ApiSession,
  ApiSite,
  ApiState,
  ApiUtterance,
  ApiWriteReport,
} from '../../src/core/site/api.ts';
import { deviceDocument } from '../../src/core/site/documents.ts';
import type { Value } from '../../src/core/snapshot.ts';
import { catalog } from '../../src/devices/index.ts';
import { type ApiSimulator, type ApiSimulatorChange, PINS } from '../../src/dashboard/api/simulator.ts';
import { CONFIG_TEXT, linesOf, problemsOf } from './mock-documents.ts';
import { historyOf, profileDay, record, type Recorded } from './mock-history.ts';
import { dialogue, explain, type Player, players, simulatedOf } from './mock-world.ts';

/** A gateway that is played: real simulated devices, and the documents of the API around them. */
export interface MockApi {
  readonly url: string;
  /** Lets so many seconds pass at once, and tells everybody. */
  readonly tick: (seconds?: number) => void;
  readonly raise: (alarm: Alarm) => void;
  readonly clear: (subject: string) => void;
  readonly outputs: ApiOutput[];
  /** Refuses every connection from now on, or takes them again. */
  readonly setReachable: (on: boolean) => void;
  /** What was written, by member and field. */
  readonly written: readonly string[];
  readonly close: () => Promise<void>;
}

/** How it is set up. */
export interface MockOptions {
  /** Folder with the built dashboard. */
  readonly dashboard: string;
  readonly password?: string;
  /** Path under which a proxy shows it. */
  readonly base?: string;
  readonly port?: number;
  /** Days of history; 1 where it is left out. */
  readonly days?: number;
  /** Milliseconds between two rounds of values; absent: only `tick` moves time. */
  readonly every?: number;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** The policy of the gateway, so that what it forbids fails here too. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/** A document, or a refusal. */
type Answer = object | Refused;

interface Refused {
  readonly status: number;
  readonly error: ApiError;
}

const isRefused = (answer: Answer): answer is Refused => 'error' in answer && 'status' in answer;

/** Opens the played gateway on loopback. */
export async function mockApi(options: MockOptions): Promise<MockApi> {
  const { base = '' } = options;
  const recorded: Recorded = new Map();
  let date = Date.now();
  const { days = 1 } = options;
  const cast = players(date - days * 24 * 3600_000);
  // A day in steps of five minutes, so that there is a history.
  for (let step = days * 288 - 1; step >= 0; step--) {
    for (const one of cast) one.tick(300);
    record(recorded, cast, date - step * 300_000);
  }

  const alarms = new Map<string, Alarm>();
  const events: (SiteEvent & { sequence: number })[] = [];
  const written: string[] = [];
  const said = new Map<string, ApiUtterance[]>(cast.map(({ member }) => [member.bus ?? '', []]));
  const proposals = new Map<string, { member: string; field: string; value: Value }>();
  const outputs: ApiOutput[] = [
    { name: 'mqtt', type: 'mqtt', state: 'delivering', backlog: 0, delivered: 18_204, quarantined: 0 },
    {
      name: 'influxdb',
      type: 'influxdb',
      state: 'failing',
      backlog: 1_240,
      oldest: date - 1_260_000,
      delivered: 90_112,
      quarantined: 2,
      trouble: { code: 'output', message: 'connect ECONNREFUSED 127.0.0.1:8086', at: date - 12_000 },
      next_attempt: date + 20_000,
    },
    { name: 'prometheus', type: 'prometheus', state: 'delivering', backlog: 0, delivered: 0, quarantined: 0 },
  ];
  let config = CONFIG_TEXT;
  let loggedIn = options.password === undefined;
  let reachable = true;
  let round = 0;
  const live = new Set<ServerResponse>();
  const watching = new Map<string, Set<ServerResponse>>();

  const site = (): ApiSite => ({
    site: 'home',
    title: 'Home',
    timezone: 'Europe/Paris',
    tariffs: { currency: 'EUR', prices: [0.24, 0.16] },
    version: '0.1.0',
    started_at: date - 86_400_000,
    simulated: true,
    members: cast.map(({ document }) => document),
    buses: [...said.keys()],
  });
  const stateOf = ({ member, states }: Player): ApiMemberState => ({
    name: member.name,
    freshness: 'fresh',
    groups: states(date - 400),
    refused: {},
  });
  const state = (): ApiState => ({ at: date, members: cast.map(stateOf), alarms: [...alarms.values()] });

  const sendEvent = (to: ServerResponse, name: string, data: object): void =>
    void to.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  const tell = (change: ApiChange): void => {
    for (const one of live) sendEvent(one, change.what, change);
  };
  const happened = (event: SiteEvent): void => {
    events.unshift({ ...event, sequence: events.length + 1 });
    tell({ what: 'event', event });
  };

  const tick = (seconds = 1): void => {
    date += seconds * 1000;
    for (const one of cast) {
      one.tick(seconds);
      for (const [group, { values }] of Object.entries(one.states(date))) {
        const snapshot = { device: one.member.name, group, at: date, values, kind: 'live' } as const;
        tell({ what: 'snapshot', snapshot });
      }
      const bus = one.member.bus ?? '';
      const talk = said.get(bus) ?? [];
      const fresh = dialogue(one, round, (talk.at(-1)?.number ?? 0) + 1, date);
      talk.push(...fresh);
      talk.splice(0, Math.max(0, talk.length - 400));
      for (const to of watching.get(bus) ?? [])
        for (const utterance of fresh) sendEvent(to, 'frame', utterance);
    }
    round++;
  };
  for (let count = 0; count < 12; count++) tick(1);

  const refuse = (status: number, error: ApiError): Answer => ({ status, error });

  const get = (path: string, query: URLSearchParams): Answer | undefined => {
    const [, , kind, name, what] = path.split('/').map(decodeURIComponent);
    if (path === '/api/site') return site();
    if (path === '/api/state') return state();
    if (path === '/api/alarms') return [...alarms.values()];
    if (path === '/api/series') return [...recorded.values()].map(({ series }) => series);
    if (path === '/api/history') {
      const to = Number(query.get('to') ?? date);
      const said = query.get('from') ?? '-24h';
      const from = said === '-24h' ? to - 86_400_000 : Number(said);
      const series = query.getAll('series').flatMap((one) => historyOf(recorded, one, from, to) ?? []);
      return { from, to, series } satisfies ApiHistory;
    }
    if (path === '/api/history/export') return { series: query.getAll('series') };
    if (path === '/api/events') {
      const kinds = query.getAll('kind');
      return {
        events: events.filter((one) => kinds.length === 0 || kinds.includes(one.kind)),
      } satisfies ApiEvents;
    }
    if (path === '/api/lines') return linesOf(cast, said);
    if (kind === 'lines' && what === 'frames') return said.get(name ?? '');
    if (kind === 'lines' && what === 'capture') return { capture: name };
    if (path === '/api/devices') return catalog.devices.map(deviceDocument);
    if (path === '/api/outputs') return outputs;
    if (path === '/api/ports') {
      const ports: readonly ApiPort[] = [
        {
          path: '/dev/ttyUSB0',
          by_id: '/dev/serial/by-id/usb-FTDI_FT232R_A10KLM-if00-port0',
          manufacturer: 'FTDI',
          product: 'FT232R USB UART',
          allowed: true,
          used_by: 'rack',
        },
        { path: '/dev/ttyUSB1', allowed: true, manufacturer: 'QinHeng', product: 'USB Serial' },
        { path: '/dev/ttyS0', allowed: false, hint: 'no permission; sudo usermod -aG dialout $USER' },
      ];
      return ports;
    }
    if (path === '/api/config') {
      return { text: config, parsed: {}, writable: true } satisfies ApiConfig;
    }
    if (path === '/api/simulator') return { devices: cast.map(simulatedOf) } satisfies ApiSimulator;
    if (path === '/api/support') return { version: '0.1.0' };
    if (path === '/healthz') {
      return { status: 'degraded', reasons: ['output influxdb does not deliver'] };
    }
    return undefined;
  };

  const post = (path: string, body: Record<string, unknown>): Answer | undefined => {
    const [, , kind, name, what] = path.split('/').map(decodeURIComponent);
    if (path === '/api/decode') {
      const text = String(body.text);
      return bytesOfLog(text, 'text')
        .flatMap((bytes) => explain(catalog.devices, bytes))
        .filter(({ verdict, bytes }) => verdict !== 'noise' || !/^(0[da] ?)+$/i.test(bytes));
    }
    if (path === '/api/config/check') {
      const problems = problemsOf(String(body.text));
      return { valid: problems.every(({ severity }) => severity !== 'error'), problems };
    }
    if (kind === 'alarms' && what === 'acknowledge') {
      const alarm = alarms.get(name ?? '');
      if (alarm === undefined)
        return refuse(404, { code: 'not_found', message: `there is no alarm '${name}' now` });
      const seen: Alarm = { ...alarm, acknowledged: { at: date, by: 'http:127.0.0.1' } };
      alarms.set(seen.subject, seen);
      happened({
        at: date,
        kind: 'alarm_acknowledged',
        severity: 'info',
        subject: seen.subject,
        text: alarm.text,
      });
      return seen;
    }
    if (kind === 'members' && what === 'writes') {
      const player = cast.find(({ member }) => member.name === name);
      const writable = player?.device.writables.find((one) => one.name === body.field);
      if (player === undefined || writable === undefined)
        return refuse(404, { code: 'not_found', message: 'nothing to write' });
      // The border: what the page sent.
      const given = body.value as Value;
      const { accepts } = writable;
      const value = accepts.form === 'number' && given !== null ? Number(given) : given;
      if (accepts.form === 'number' && typeof value === 'number' && value > accepts.highest) {
        return refuse(400, {
          code: 'config',
          message: `${writable.name} takes ${accepts.lowest} to ${accepts.highest}, not ${value}`,
        });
      }
      const token = `token-${proposals.size + 1}`;
      proposals.set(token, { member: player.member.name, field: writable.name, value });
      return {
        token,
        member: player.member.name,
        field: writable.name,
        value,
        frame: hex(writable.frame(player.station.address, value)),
        risk: writable.risk,
        ...(writable.remark === undefined ? {} : { remark: writable.remark }),
        until: date + 60_000,
      } satisfies ApiProposal;
    }
    if (kind === 'writes') {
      const wish = proposals.get(name ?? '');
      if (wish === undefined)
        return refuse(404, { code: 'not_found', message: 'this write was not proposed' });
      written.push(`${wish.member}.${wish.field}=${JSON.stringify(wish.value)}`);
      return {
        field: wish.field,
        requested: wish.value,
        before: { [`measured.${wish.field}`]: 'on' },
        after: { [`measured.${wish.field}`]: wish.value },
        acknowledgement: '":w10=1,1,1,\\r\\n"',
        outcome: 'confirmed',
      } satisfies ApiWriteReport;
    }
    if (kind === 'simulator') {
      const player = cast.find(({ member }) => member.name === name);
      if (player === undefined) return refuse(404, { code: 'not_found', message: 'no such device' });
      // The border: what the page sent.
      const { pins = {}, faults = {} } = body as ApiSimulatorChange;
      for (const pin of PINS) {
        const value = pins[pin];
        if (value !== undefined) player.pin(pin, value ?? undefined);
      }
      for (const [fault, rate] of Object.entries(faults)) player.fault(fault, rate);
      return simulatedOf(player);
    }
    if (kind === 'outputs') {
      return name === 'influxdb'
        ? refuse(502, {
            code: 'output',
            message: 'connect ECONNREFUSED 127.0.0.1:8086',
            hint: 'is it running?',
          })
        : { message: 'connected to mqtt://localhost:1883, published and received a message' };
    }
    return undefined;
  };

  const stream = (path: string, query: URLSearchParams, body: unknown, to: ServerResponse): boolean => {
    const [, , kind, name, what, how] = path.split('/').map(decodeURIComponent);
    const begin = (): void =>
      void to.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Security-Policy': POLICY });
    if (path === '/api/live') {
      begin();
      to.write('retry: 300\n\n');
      sendEvent(to, 'state', { what: 'state', ...state() } satisfies ApiChange);
      live.add(to);
      to.on('close', () => live.delete(to));
      return true;
    }
    if (kind === 'lines' && what === 'frames' && how === 'live') {
      begin();
      to.write(': listening\n\n');
      const all = watching.get(name ?? '') ?? new Set();
      watching.set(name ?? '', all.add(to));
      to.on('close', () => all.delete(to));
      return true;
    }
    if (kind === 'members' && what === 'profile') {
      begin();
      const total = Number(query.get('days') ?? 7) + 1;
      const days = Array.from({ length: total }, (_, place) => {
        const back = total - 1 - place;
        return profileDay(
          new Date(date - back * 86_400_000).toISOString().slice(0, 10),
          back,
          back === 0 ? 25 : 48,
        );
      });
      days.forEach((one, place) =>
        sendEvent(to, 'day', { what: 'day', day: one, done: place + 1, total } satisfies ApiProfileEvent),
      );
      sendEvent(to, 'end', { what: 'end', days } satisfies ApiProfileEvent);
      to.end();
      return true;
    }
    if (path === '/api/scan') {
      begin();
      const links = (body as { links?: string[] }).links ?? []; // the border: what the page sent
      const link = links[0] ?? '/dev/ttyUSB1';
      const hit = {
        link,
        line: '115200 8N1',
        device: 'juntek-kg',
        title: 'Juntek KG coulomb meter',
        protocol: 'juntek',
        address: 1,
        model: 'KG140F',
      };
      const yaml = `buses:\n  - name: shed\n    link: ${link}\n    devices:\n      - { name: shunt, device: juntek-kg, address: 1 }\n`;
      const steps: ApiScanEvent[] = [
        { what: 'step', text: `${link} 115200 8N1: address 1`, done: 1, total: 2 },
        { what: 'hit', hit },
        { what: 'end', hits: [hit], yaml },
      ];
      for (const one of steps) sendEvent(to, one.what, one);
      to.end();
      return true;
    }
    return false;
  };

  const answer = async (request: IncomingMessage, to: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) || '/' : url.pathname;
    const reply = (
      status: number,
      document: object,
      headers: Readonly<Record<string, string>> = {},
    ): void => {
      to.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      to.end(JSON.stringify(document));
    };
    if (!path.startsWith('/api/') && path !== '/healthz' && path !== '/openapi.json') {
      await file(options.dashboard, path, base, to);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // what a request without an encoding brings
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>); // the border: what the page sent
    const session = (): ApiSession => ({
      login_required: options.password !== undefined,
      logged_in: loggedIn,
    });
    if (path === '/api/session') {
      reply(200, session());
      return;
    }
    if (path === '/api/login') {
      loggedIn = body.password === options.password;
      if (loggedIn) reply(200, session());
      else reply(401, { code: 'login', message: 'the password is wrong' } satisfies ApiError);
      return;
    }
    if (path === '/api/logout') {
      loggedIn = false;
      reply(200, session());
      return;
    }
    if (!loggedIn) {
      reply(401, { code: 'login', message: 'this wants a login' } satisfies ApiError);
      return;
    }
    if (path === '/openapi.json') {
      reply(200, { paths: { '/api/simulator': {} } });
      return;
    }
    if (stream(path, url.searchParams, body, to)) return;
    if (path === '/api/config' && request.method === 'PUT') {
      const problems = problemsOf(String(body.text));
      if (problems.length > 0) {
        reply(400, {
          code: 'config',
          message: 'this configuration is not good; the old one stays',
          problems,
        });
        return;
      }
      config = String(body.text);
      reply(200, { started: ['shed'], stopped: [], untouched: ['rack'] }, { ETag: '"2"' });
      return;
    }
    const found = request.method === 'POST' ? post(path, body) : get(path, url.searchParams);
    if (found === undefined) reply(404, { code: 'not_found', message: `there is nothing at ${path}` });
    else if (isRefused(found)) reply(found.status, found.error);
    else reply(200, found, path === '/api/config' ? { ETag: '"1"' } : {});
  };

  const server = createServer((request, response) => {
    if (!reachable) {
      request.socket.destroy();
      return;
    }
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ code: 'internal', message: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const timer = options.every === undefined ? undefined : setInterval(() => tick(1), options.every);

  return {
    // The server listens on a port, so its address is one of TCP.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}/`,
    tick,
    raise: (alarm) => {
      alarms.set(alarm.subject, alarm);
      const { since: at, severity, subject, text, member } = alarm;
      happened({
        at,
        kind: 'alarm_raised',
        severity,
        subject,
        text,
        ...(member === undefined ? {} : { member }),
      });
    },
    clear: (subject) => {
      const alarm = alarms.get(subject);
      alarms.delete(subject);
      happened({ at: date, kind: 'alarm_cleared', severity: 'info', subject, text: alarm?.text ?? subject });
    },
    outputs,
    setReachable: (on) => {
      reachable = on;
      if (!on) server.closeAllConnections();
    },
    written,
    close: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function file(folder: string, path: string, base: string, to: ServerResponse): Promise<void> {
  const isFile = /^\/[\w.-]+(\/[\w.-]+)*$/.test(path) && extname(path) in TYPES;
  const name = isFile ? path : '/index.html';
  try {
    const bytes = await readFile(join(folder, name));
    const body =
      name === '/index.html' ? bytes.toString().replace('<head>', `<head><base href="${base}/">`) : bytes;
    to.writeHead(200, {
      'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
    });
    to.end(body);
  } catch {
    to.writeHead(404).end();
  }
}
