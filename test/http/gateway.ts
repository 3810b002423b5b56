import { healthBook } from '../../src/core/bus/health.ts';
import { ascii } from '../../src/core/bytetext.ts';
import type { Device } from '../../src/core/device.ts';
import { Fault } from '../../src/core/fault.ts';
import type { ProfileDay } from '../../src/core/profile.ts';
import type { Alarm, Member, OutputPage, SiteEvent } from '../../src/core/site/index.ts';
import { type VirtualClock, virtualClock } from '../../src/core/virtual-clock.ts';
import { configSchema } from '../../src/config/schema.ts';
import kg from '../../src/devices/juntek/kg.ts';
import mt3xx from '../../src/devices/neva/mt3xx.ts';
import { frameMonitor } from '../../src/core/frame-monitor.ts';
import type { Gateway, LineStatus, OutputStatus } from '../../src/gateway/gateway.ts';
import { type Api, createApp } from '../../src/gateway/http/app.ts';
import type { ApiEnv, ApiOptions } from '../../src/gateway/http/options.ts';
import { type SiteState, siteState } from '../../src/gateway/site-state.ts';
import type { EventQuery, ExportRow, HistoryQuery, Series, Store } from '../../src/store/index.ts';

/** 2026-11-21T00:00:00Z, where the clock of a test gateway begins. */
export const BEGIN = Date.UTC(2026, 10, 21);

/** A reply of a real KG140F, as the readme of juntek_kg prints it: 5366 hundredths are 53.66 V. */
export const ANSWER = ascii(':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,\r\n');

/** A day of 30-minute slots of which one is over: 1200 W for half an hour is 36000 watt-minutes. */
export const DAY: ProfileDay = {
  date: '2026-11-20',
  schedule: { schedule: 1, because: 'weekday' },
  spans: [{ from: 0, to: 1440, tariff: 1 }],
  minutes: 30,
  slots: [{ from: 0, to: 30, power: 1200, energy: 36_000, tariffs: [36_000, 0, 0, 0], marks: [] }],
  opening: { total: 100, tariffs: [100, 0, 0, 0] },
  closing: undefined,
  outcome: 'open',
  difference: undefined,
  tolerance: 600,
};

const SERIES: Series = {
  member: 'shunt',
  group: 'measured',
  path: 'voltage',
  title: 'Voltage',
  quantity: 'voltage',
  kind: 'measurement',
  unit: 'V',
  first: BEGIN - 3600_000,
  last: BEGIN,
};

const RAISED: SiteEvent = {
  at: BEGIN,
  kind: 'alarm_raised',
  severity: 'warning',
  member: 'shunt',
  subject: 'shunt.low',
  text: 'the battery is low',
  detail: { voltage: 11.2 },
};

/** A password that every meter refuses. */
export const WRONG = '87654321';

/** A store that holds a little, and notes what it is asked. */
function testStore() {
  const texts = new Map<string, string>();
  const asked = { history: [] as HistoryQuery[], events: [] as EventQuery[], exported: 0, returned: 0 };
  const state = { status: 'ok' as Awaited<ReturnType<Store['status']>>['state'], rows: 3, breaks: false };
  const unused = (): Promise<never> => Promise.reject(new Error('no test asks for this'));
  const store: Store = {
    describe: () => undefined,
    append: unused,
    read: unused,
    newest: () => 0,
    cursor: unused,
    advance: unused,
    forget: unused,
    outputs: unused,
    backlog: unused,
    quarantine: unused,
    quarantined: unused,
    history: (query) => {
      asked.history.push(query);
      const { member, group, path, title, quantity, kind, unit } = SERIES;
      const points = [
        { at: BEGIN - 120_000, count: 60, min: 12, mean: 12.5, max: 13, last: 12.6 },
        { at: BEGIN - 60_000, count: 1, last: 12.7 },
      ];
      const wanted = query.series.some((one) => one.path === path);
      return Promise.resolve(
        wanted
          ? [
              {
                member,
                group,
                path,
                title,
                quantity,
                kind,
                unit,
                level: 'minute',
                step: 60_000,
                spacing: 60_000,
                points,
              },
            ]
          : [],
      );
    },
    series: () => Promise.resolve([SERIES]),
    latest: unused,
    events: (query = {}) => {
      asked.events.push(query);
      const all = [7, 3].map((sequence) => ({ sequence, what: 'event' as const, event: RAISED }));
      return Promise.resolve(
        all.filter(({ sequence }) => sequence < (query.before ?? Infinity)).slice(0, query.limit ?? 100),
      );
    },
    memory: {
      get: (name) => Promise.resolve(texts.get(name)),
      set: (name, text) => {
        texts.set(name, text);
        return Promise.resolve();
      },
    },
    export: () => ({
      [Symbol.asyncIterator]: () => {
        let row = 0;
        return {
          next: (): Promise<IteratorResult<ExportRow>> => {
            if (row >= state.rows && state.breaks) return Promise.reject(new Error('the disk is gone'));
            if (row >= state.rows) return Promise.resolve({ done: true, value: undefined });
            row++;
            asked.exported++;
            const { member, group, path, unit } = SERIES;
            const last = row === 2 ? '=1+1, "x"' : 12.5;
            const value = { member, group, path, unit, at: BEGIN + row * 1000, count: 1, last };
            return Promise.resolve({ done: false, value: value }); // the rest of a series does no harm
          },
          return: () => {
            asked.returned++;
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    }),
    status: () =>
      Promise.resolve({
        path: './data/busbar.db',
        bytes: 1,
        entries: 2,
        lost: { count: 0 },
        state: state.status,
        waiting: 0,
      }),
    check: unused,
    close: () => Promise.resolve(),
  };
  return { store, asked, state, texts };
}

/** What a test may turn. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly clock: VirtualClock;
  readonly state: SiteState;
  /** Puts bytes on the line of the bus `shed`, and lets it fall silent. */
  readonly say: (direction: '>' | '<', bytes: Uint8Array) => Promise<void>;
  readonly stored: ReturnType<typeof testStore>;
  /** Changeable: how line and output stand, what outputs serve. */
  readonly now: {
    line: Partial<LineStatus>;
    output: Partial<OutputStatus>;
    alarms: Alarm[];
    pages: OutputPage[];
  };
  /** Who asked for what: `write shunt output=off by http:...`. */
  readonly done: string[];
  /** Measures the shunt's group `measured`. */
  readonly measure: (values: Readonly<Record<string, number | string>>) => void;
}

/** A gateway with a shunt and a meter, of which nothing is real but its state, its clock, and its frames. */
export function testGateway(): TestGateway {
  const clock = virtualClock({ date: BEGIN });
  const stored = testStore();
  const done: string[] = [];
  const alarm: Alarm = {
    subject: 'shunt.low',
    severity: 'warning',
    member: 'shunt',
    text: 'the battery is low',
    since: BEGIN,
  };
  const now: TestGateway['now'] = { line: {}, output: {}, alarms: [alarm], pages: [] };
  const state = siteState({
    site: 'home',
    now: () => clock.date(),
    monotonic: () => clock.now(),
    judge: (age) => (age === undefined ? 'unknown' : 'fresh'),
    alarms: () => now.alarms,
    onError: (error) => {
      throw error;
    },
  });
  state.put(memberOf('shunt', kg));
  state.put(memberOf('meter', mt3xx));
  state.put({ name: 'home', title: 'Home', groups: [], writables: [], simulated: false });
  const monitor = frameMonitor(clock);
  const config = configSchema.parse({
    site: 'home',
    title: 'At home',
    timezone: 'Europe/Berlin',
    buses: [
      { name: 'shed', link: 'tcp://192.0.2.1:9999', devices: [{ name: 'shunt', device: 'juntek-kg' }] },
    ],
    tariffs: { currency: 'EUR', t1: 0.24 },
  });
  const gateway: Gateway = {
    version: '1.2.3',
    startedAt: BEGIN,
    config: () => config,
    view: state,
    store: stored.store,
    lines: () => [
      {
        name: 'shed',
        link: 'tcp://192.0.2.1:9999',
        health: health(clock),
        devices: [
          {
            member: 'shunt',
            device: 'juntek-kg',
            address: 1,
            state: 'polling',
            groups: { measured: { period: 1, read: 5, failed: 1, overruns: 0 } },
          },
        ],
        rawPort: { listening: '127.0.0.1:7001', passed: 2, refused: 1 },
        ...now.line,
      },
    ],
    frames: (bus) => (bus === 'shed' ? monitor : undefined),
    devicesOn: (bus) => (bus === 'shed' ? [kg] : []),
    outputs: () => [
      {
        name: 'mqtt',
        type: 'mqtt',
        state: 'delivering',
        backlog: 0,
        delivered: 12,
        quarantined: 0,
        nextAttempt: BEGIN + 1000,
        ...now.output,
      },
    ],
    page: (path) => now.pages.find((page) => page.path === path),
    testOutput: (name) => Promise.resolve(`${name} has taken it`),
    writes: {
      propose: (member, field, value, by) => {
        done.push(`propose ${member} ${field}=${value} by ${by}`);
        if (field !== 'output')
          throw new Fault('refused', `writing '${field}' is not allowed`, { hint: `allow: [${field}]` });
        return {
          token: 'token-1',
          member,
          field,
          value,
          frame: '":W10=1,2,0,"',
          risk: 'high',
          until: BEGIN + 120_000,
        };
      },
      confirm: (token, by) => {
        done.push(`confirm ${token} by ${by}`);
        if (token !== 'token-1') return Promise.reject(new Fault('refused', 'this confirmation is unknown'));
        return Promise.resolve({
          field: 'output',
          requested: 'off',
          before: { 'measured.output': 'on' },
          after: { 'measured.output': undefined },
          acknowledgement: ascii(':w10=1,2,\r\n'),
          outcome: 'shown',
        });
      },
      command: () => Promise.reject(new Error('no test asks for this')),
    },
    acknowledge: (subject, by) => {
      done.push(`acknowledge ${subject} by ${by}`);
      return { ...alarm, acknowledged: { at: clock.date(), by } };
    },
    readNow: (member, groups) => {
      done.push(`read ${member} ${groups?.join() ?? 'all'}`);
      return Promise.resolve({
        at: BEGIN,
        groups: { measured: { voltage: 12.6, current: -5.1, power: undefined } },
        faults: { info: new Fault('timeout', 'no answer within 500 ms') },
      });
    },
    readProfile: async (_member, days, onDay, signal) => {
      const read: ProfileDay[] = [];
      for (let day = 0; day <= days; day++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) {
          done.push(`profile cancelled after ${day}`);
          throw new Fault('cancelled', 'cancelled');
        }
        read.push(DAY);
        onDay(DAY, day + 1, days + 1);
      }
      return read;
    },
    dismiss: (subject, by) => {
      done.push(`dismiss ${subject} by ${by}`);
      now.alarms = now.alarms.filter((one) => one.subject !== subject);
    },
    alarmRules: () => [
      {
        subject: 'low',
        when: 'shunt.voltage < 11.5 for 5m',
        say: 'the battery is low',
        severity: 'warning',
        state: 'pending',
        because: 'shunt.voltage is 11.2 V',
      },
    ],
    retry: (member) => {
      done.push(`retry ${member}`);
      return Promise.resolve();
    },
    probe: ({ bus, budget, onRefused }, signal) => {
      done.push(`probe ${bus.link} ${bus.devices[0]?.device} within ${budget} ms`);
      const reading = {
        at: clock.date(),
        groups: { info: { model: 'KG140F' }, measured: { voltage: 12.6 } },
        faults: { configured: new Fault('timeout', 'no answer within 500 ms', { hint: 'ask again' }) },
      };
      if (bus.devices[0]?.access.password === WRONG) {
        onRefused?.();
        return Promise.reject(new Fault('refused', 'P1: the meter refused the password with (02)'));
      }
      if (bus.link !== 'tcp://192.0.2.9:1')
        return Promise.resolve({ device: kg, address: 1, line: kg.line, reading });
      return new Promise((_resolve, reject) => {
        const gone = (): void => {
          done.push('probe cancelled');
          reject(new Fault('cancelled', 'cancelled'));
        };
        signal.addEventListener('abort', gone);
      });
    },
    apply: () => Promise.reject(new Error('no test asks for this')),
    close: () => Promise.resolve(),
  };
  return {
    gateway,
    clock,
    state,
    stored,
    now,
    done,
    say: async (direction, bytes) => {
      monitor.note(direction, bytes);
      await clock.advance(50);
      monitor.recent();
    },
    measure: (values) =>
      state.measured({ device: 'shunt', group: 'measured', at: clock.date(), values, kind: 'live' }, 42),
  };
}

function memberOf(name: string, device: Device): Member {
  const { groups, writables, addresses } = device;
  return {
    name,
    title: device.title,
    make: device,
    bus: 'shed',
    address: addresses.usual,
    groups,
    writables,
    simulated: name === 'meter',
  };
}

function health(clock: VirtualClock) {
  const book = healthBook(0);
  book.count('bytesIn', 100);
  book.answered('shunt');
  book.turnaround('shunt', 12);
  book.failed('shunt', 'timeout', 'no answer');
  return book.report(clock.now(), () => 0);
}

/** The API of a test gateway, asked without a server. */
export interface TestApi extends TestGateway, Api {
  /** Everything that was written to its log. */
  readonly log: string[];
  /** Asks; a body that is no text is sent as JSON. */
  readonly ask: (
    path: string,
    request?: {
      readonly method?: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      /** Address of whoever asks. */
      readonly from?: string;
    },
  ) => Promise<Response>;
}

/** Settings as a configuration without the section has them. */
export const LOOPBACK: Pick<ApiOptions, 'listen' | 'base_path' | 'hosts' | 'trusted_proxies' | 'ingress'> = {
  listen: { host: '127.0.0.1', port: 0 },
  base_path: '',
  hosts: [],
  trusted_proxies: [],
  ingress: [],
};

/** @param options what differs from an API on loopback without a login */
export function testApi(options: Partial<ApiOptions> = {}): TestApi {
  const world = testGateway();
  const log: string[] = [];
  const note = (text: string): void => void log.push(text);
  const api = createApp(world.gateway, {
    ...LOOPBACK,
    clock: world.clock,
    log: { debug: note, info: note, warn: note, error: note },
    ...options,
  });
  return {
    ...world,
    ...api,
    log,
    ask: async (path, { method, body, headers = {}, from = '127.0.0.1' } = {}) => {
      const env: ApiEnv['Bindings'] = { incoming: { socket: { remoteAddress: from } } };
      return api.app.request(
        path,
        {
          method: method ?? (body === undefined ? 'GET' : 'POST'),
          headers: {
            host: 'localhost:8420',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        },
        env,
      );
    },
  };
}

/** The document of an answer, and its status. */
export async function answer(
  response: Response | Promise<Response>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const given = await response;
  return { status: given.status, body: await given.json() };
}

/** The events of a stream of server-sent events, one after the other. */
export function eventsOf(response: Response): {
  readonly next: () => Promise<{ readonly id?: string; readonly event: string; readonly data: unknown }>;
  readonly cancel: () => Promise<void>;
} {
  const reader: ReadableStreamDefaultReader<Uint8Array> = (
    response.body ?? new ReadableStream<Uint8Array>()
  ).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): ReturnType<ReturnType<typeof eventsOf>['next']> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const field = (name: string): string | undefined =>
          new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const [id, event, data] = [field('id'), field('event'), field('data')];
        if (event === undefined || data === undefined) continue;
        return { event, data: JSON.parse(data) as unknown, ...(id === undefined ? {} : { id }) };
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`the stream ended${text === '' ? '' : ` with '${text}'`}`);
      text += decoder.decode(value, { stream: true });
    }
  };
  return { next, cancel: () => reader.cancel() };
}
