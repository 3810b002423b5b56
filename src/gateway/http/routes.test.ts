import { describe, expect, it } from 'vitest';
import { ANSWER, BEGIN, DAY, eventsOf, testApi } from '../../../test/http/gateway.ts';
import { parseCapture } from '../../core/capture.ts';
import { catalog } from '../../devices/index.ts';
import type { ConfigFile } from './options.ts';

/** The document of an answer, and its status. */
async function answer(response: Response | Promise<Response>): Promise<{ status: number; body: unknown }> {
  const given = await response;
  return { status: given.status, body: await given.json() };
}

describe('the site', () => {
  it('tells members with groups, fields, units and what may be written, and no functions or bytes', async () => {
    const { ask, gateway } = testApi();
    const { status, body } = await answer(ask('/api/site'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      site: 'home',
      title: 'At home',
      timezone: 'Europe/Berlin',
      tariffs: { currency: 'EUR', prices: [0.24] },
      version: '1.2.3',
      started_at: BEGIN,
      simulated: true,
      buses: ['shed'],
    });
    const { members } = body as { members: Record<string, unknown>[] };
    expect(members.map(({ name, simulated, profile }) => ({ name, simulated, profile }))).toEqual([
      { name: 'shunt', simulated: false, profile: false },
      { name: 'meter', simulated: true, profile: true },
      { name: 'home', simulated: false, profile: false },
    ]);
    expect(Object.keys(members[0]?.make ?? {})).toEqual(['id', 'title', 'vendor', 'models', 'protocol']);
    expect(members[0]).toMatchObject({
      groups: [
        { name: 'info' },
        {
          name: 'measured',
          period: 1,
          fields: expect.arrayContaining([
            expect.objectContaining({ name: 'voltage', quantity: 'voltage', unit: 'V', digits: 2 }),
          ]) as unknown,
        },
        { name: 'configured' },
      ],
    });
    expect((members[0]?.writables as unknown[]).length).toBe(gateway.view.members()[0]?.writables.length);
    expect(members[2]).toEqual({
      name: 'home',
      title: 'Home',
      groups: [],
      writables: [],
      simulated: false,
      profile: false,
    });
  });

  it('tells the latest of all, and of one', async () => {
    const { ask, measure } = testApi();
    measure({ voltage: 12.6 });
    const measured = { at: BEGIN, values: { voltage: 12.6 }, freshness: 'fresh' };
    const { body } = await answer(ask('/api/state'));
    expect(body).toMatchObject({ at: BEGIN, alarms: [{ subject: 'shunt.low', since: BEGIN }] });
    const { members } = body as { members: { name: string; groups: unknown }[] };
    expect(members.map(({ name }) => name)).toEqual(['shunt', 'meter', 'home']);
    expect(members[0]?.groups).toMatchObject({
      measured,
      info: { values: {}, freshness: 'unknown' },
    });
    const one = await answer(ask('/api/members/shunt'));
    expect(one.body).toMatchObject({
      member: { name: 'shunt' },
      state: { name: 'shunt', freshness: 'fresh', groups: { measured } },
    });
    expect(await answer(ask('/api/members/rack'))).toEqual({
      status: 404,
      body: {
        code: 'not_found',
        message: "there is no member 'rack'",
        hint: 'there are shunt, meter, home',
        where: 'member',
      },
    });
  });

  it('acknowledges an alarm that stands, in the name of who asked', async () => {
    const { ask, done, now } = testApi();
    const path = `/api/alarms/${encodeURIComponent('shunt.low')}/acknowledge`;
    expect(await answer(ask(path, { method: 'POST', from: '192.0.2.7' }))).toMatchObject({
      status: 200,
      body: { subject: 'shunt.low', acknowledged: { at: BEGIN, by: 'http:192.0.2.7' } },
    });
    now.alarms = [];
    expect((await ask(path, { method: 'POST' })).status).toBe(404);
    expect(done).toEqual(['acknowledge shunt.low by http:192.0.2.7']);
    expect(await answer(ask('/api/alarms'))).toEqual({ status: 200, body: [] });
  });

  it('lists every device of the catalogue', async () => {
    const { body } = await answer(testApi().ask('/api/devices'));
    expect((body as { id: string }[]).map(({ id }) => id)).toEqual(catalog.devices.map(({ id }) => id));
  });
});

describe('the past', () => {
  it('comes in columns; what a span does not know is null', async () => {
    const { ask, stored } = testApi();
    const { body } = await answer(
      ask('/api/history?series=shunt.measured.voltage&series=rack.analog.packs.2.soc&from=-1h&points=300'),
    );
    // One hour before 2026-11-21T00:00Z.
    expect(stored.asked.history).toEqual([
      {
        series: [
          { member: 'shunt', group: 'measured', path: 'voltage' },
          { member: 'rack', group: 'analog', path: 'packs.2.soc' },
        ],
        from: BEGIN - 3_600_000,
        to: BEGIN,
        points: 300,
      },
    ]);
    expect(body).toEqual({
      from: BEGIN - 3_600_000,
      to: BEGIN,
      series: [
        {
          series: 'shunt.measured.voltage',
          member: 'shunt',
          group: 'measured',
          path: 'voltage',
          title: 'Voltage',
          quantity: 'voltage',
          unit: 'V',
          kind: 'measurement',
          level: 'minute',
          step: 60_000,
          spacing: 60_000,
          time: [BEGIN - 120_000, BEGIN - 60_000],
          count: [60, 1],
          last: [12.6, 12.7],
          min: [12, null],
          mean: [12.5, null],
          max: [13, null],
        },
      ],
    });
  });

  it('is bounded also where a level is named', async () => {
    const { ask, stored } = testApi();
    await ask(
      '/api/history?series=shunt.measured.voltage&level=raw&from=2026-01-01&to=2026-01-02T00:00%2B01:00',
    );
    expect(stored.asked.history[0]).toMatchObject({
      level: 'raw',
      points: 5_000,
      from: Date.UTC(2026, 0, 1),
      to: Date.UTC(2026, 0, 1, 23),
    });
  });

  it.each([
    ['series=shunt', 'query.series', "'shunt' is no series"],
    ['', 'query.series', 'Invalid input'],
    ['series=a.b.c&from=yesterday', 'query.from', "'yesterday' is no time"],
    ['series=a.b.c&from=2026-11-21T10:00', 'query.from', "'2026-11-21T10:00' is no time"],
    ['series=a.b.c&from=-1h&to=-2h', 'query.from', 'from is not before to'],
    ['series=a.b.c&points=1', 'query.points', 'Too small: expected number to be >=2'],
    ['series=a.b.c&points=many', 'query.points', 'Invalid input: expected number, received NaN'],
    ['series=a.b.c&level=week', 'query.level', 'Invalid option'],
    ['series=a.b.c&point=5', 'query.point', "'point' is not known here"],
  ])('refuses %s', async (query, where, message) => {
    const { status, body } = await answer(testApi().ask(`/api/history?${query}`));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'request',
      where,
      message: expect.stringContaining(message) as string,
    });
  });

  it('lists its series', async () => {
    expect((await answer(testApi().ask('/api/series'))).body).toEqual([
      {
        series: 'shunt.measured.voltage',
        member: 'shunt',
        group: 'measured',
        path: 'voltage',
        title: 'Voltage',
        quantity: 'voltage',
        unit: 'V',
        kind: 'measurement',
        oldest: BEGIN - 3_600_000,
        newest: BEGIN,
      },
    ]);
  });

  it('pages events backwards', async () => {
    const { ask, stored } = testApi();
    const first = await answer(ask('/api/events?limit=1&kind=write&kind=loss&member=shunt'));
    expect(first.body).toMatchObject({ events: [{ sequence: 7, kind: 'alarm_raised' }], next: 7 });
    expect(stored.asked.events[0]).toEqual({ limit: 1, member: 'shunt', kinds: ['write', 'loss'] });
    const last = await answer(ask('/api/events?before=7'));
    expect(last.body).toMatchObject({ events: [{ sequence: 3 }] });
    expect(last.body).not.toHaveProperty('next');
    expect((await ask('/api/events?kind=murder')).status).toBe(400);
  });
});

describe('a line', () => {
  it('tells its use and counters in words of the API', async () => {
    const { ask, now } = testApi();
    now.line = { trouble: 'connection refused' };
    expect((await answer(ask('/api/lines'))).body).toMatchObject([
      {
        name: 'shed',
        trouble: 'connection refused',
        counters: { bytes_in: 100, bytes_out: 0, noise_bytes: 0 },
        devices: [{ member: 'shunt', state: 'polling', groups: { measured: { read: 5, failed: 1 } } }],
        health: {
          shunt: {
            answered: 1,
            faults: { timeout: 1 },
            turnaround: { p50: 12, p95: 12 },
            silent_for: 0,
            last_fault: 'no answer',
          },
        },
        raw_port: { listening: '127.0.0.1:7001', passed: 2, refused: 1 },
      },
    ]);
  });

  it('shows what went over it, explained, and gives it as a capture', async () => {
    const { ask, say } = testApi();
    await say('>', new TextEncoder().encode(':R50=1,2,1,\r\n'));
    await say('<', ANSWER);
    const { body } = await answer(ask('/api/lines/shed/frames'));
    expect(body).toMatchObject([
      { number: 1, direction: '>', at: BEGIN, frames: [{ direction: 'request', verdict: 'ok' }] },
      {
        number: 2,
        direction: '<',
        frames: [{ device: 'juntek-kg', verdict: 'ok', values: { voltage: 53.66 } }],
      },
    ]);
    expect((await answer(ask('/api/lines/shed/frames?after=1'))).body).toMatchObject([{ number: 2 }]);
    expect((await answer(ask('/api/lines/shed/frames?limit=1'))).body).toMatchObject([{ number: 2 }]);

    const file = await ask('/api/lines/shed/capture');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="shed-2026-11-21.cap"');
    const { header, entries } = parseCapture(await file.text());
    expect(header).toMatchObject({ device: 'juntek-kg', origin: 'gateway 1.2.3, bus shed' });
    // The second was said when the line had been silent for 50 ms.
    expect(entries).toEqual([
      { at: 0, direction: '>', bytes: new TextEncoder().encode(':R50=1,2,1,\r\n') },
      { at: 0.05, direction: '<', bytes: ANSWER },
    ]);
  });

  it.each(['frames', 'frames/live', 'capture'])('that is not there has no %s', async (what) => {
    expect(await answer(testApi().ask(`/api/lines/attic/${what}`))).toMatchObject({
      status: 404,
      body: { code: 'not_found', hint: 'there are shed' },
    });
  });

  it('is read over, and prints what busbar read prints', async () => {
    const { ask, done } = testApi();
    expect(
      await answer(ask('/api/read', { body: { member: 'shunt', groups: ['measured', 'info'] } })),
    ).toEqual({
      status: 200,
      body: {
        device: { id: 'juntek-kg', address: 1 },
        at: '2026-11-21T00:00:00.000Z',
        measured: { voltage: 12.6, current: -5.1 },
        faults: { info: { code: 'timeout', message: 'no answer within 500 ms' } },
      },
    });
    expect(done).toEqual(['read shunt measured,info']);
    expect(await answer(ask('/api/read', { body: { member: 'shunt', groups: ['mesured'] } }))).toMatchObject({
      status: 400,
      body: { code: 'config', hint: 'it has info, measured, configured' },
    });
    expect((await ask('/api/read', { body: { member: 'home' } })).status).toBe(409);
    expect((await ask('/api/read', { body: { member: 'rack' } })).status).toBe(404);
  });
});

describe('pasted frames', () => {
  // The readme of juntek_kl prints this reply; 1378 hundredths are 13.78 V.
  const text = ':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,';

  it('are explained part by part, as text or as hex pairs', async () => {
    const { ask } = testApi();
    const pairs = [...new TextEncoder().encode(`${text}\r\n`)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    for (const typed of [text, pairs.join(' '), `busbar-capture: 1\n\n0.0 < "${text}\\r\\n"\n`]) {
      const { status, body } = await answer(
        ask('/api/decode', { body: { text: typed, device: 'juntek-kl' } }),
      );
      expect(status).toBe(200);
      expect(body).toMatchObject([
        {
          frame: text,
          protocol: 'juntek',
          device: 'juntek-kl',
          kind: 'measured',
          verdict: 'ok',
          values: { voltage: 13.78 },
        },
      ]);
      const [{ parts }] = body as [
        { parts: { title?: string; start: number; end: number; value: unknown }[] },
      ];
      const voltage = parts.find(({ title }) => title === 'Voltage');
      expect(voltage).toMatchObject({ value: 13.78, quantity: 'voltage' });
      expect(text.slice(voltage?.start, voltage?.end)).toMatch(/^1378,?$/);
    }
  });

  it.each([
    [{ text: '' }, 'request', 'body.text'],
    [{ text: 'x'.repeat(128 * 1024 + 1) }, 'request', 'body.text'],
    [{ text: ':r50=1\\q' }, 'config', undefined],
    [{ text: ':r50=1,', device: 'juntek-kx' }, 'config', undefined],
    [{ text: ':r50=1,', devise: 'juntek-kl' }, 'request', 'body.devise'],
    [{}, 'request', 'body.text'],
  ])('are refused with a reason: %j', async (body, code, where) => {
    const given = await answer(testApi().ask('/api/decode', { body }));
    expect(given.status).toBe(400);
    expect(given.body).toMatchObject({ code, ...(where === undefined ? {} : { where }) });
  });
});

describe('a write', () => {
  it('is proposed, and confirmed by its token', async () => {
    const { ask, done } = testApi();
    const proposed = await answer(
      ask('/api/members/shunt/writes', { body: { field: 'output', value: 'off' } }),
    );
    expect(proposed).toMatchObject({ status: 200, body: { token: 'token-1', risk: 'high', value: 'off' } });
    expect(await answer(ask('/api/writes/token-1', { method: 'POST' }))).toEqual({
      status: 200,
      body: {
        field: 'output',
        requested: 'off',
        before: { 'measured.output': 'on' },
        after: { 'measured.output': null },
        acknowledgement: '":w10=1,2,\\r\\n"',
        outcome: 'shown',
      },
    });
    expect(done).toEqual(['propose shunt output=off by http:127.0.0.1', 'confirm token-1 by http:127.0.0.1']);
  });

  it.each([
    [null, 'off'],
    [12.5, '12.5'],
    [true, 'true'],
    [undefined, ''],
  ])('takes %s', async (value, typed) => {
    const { ask, done } = testApi();
    await ask('/api/members/shunt/writes', { body: { field: 'output', value } });
    expect(done).toEqual([`propose shunt output=${typed} by http:127.0.0.1`]);
  });

  it('that is not allowed says what to do', async () => {
    const { ask } = testApi();
    expect(await answer(ask('/api/members/shunt/writes', { body: { field: 'zero' } }))).toMatchObject({
      status: 409,
      body: { code: 'refused', hint: 'allow: [zero]' },
    });
    expect((await ask('/api/members/rack/writes', { body: { field: 'output' } })).status).toBe(404);
    expect((await ask('/api/writes/token-2', { method: 'POST' })).status).toBe(409);
    expect((await ask('/api/members/shunt/writes', { body: { field: 'output', value: [1] } })).status).toBe(
      400,
    );
  });
});

describe('an output', () => {
  it('tells how it stands, and is tested', async () => {
    const { ask, now } = testApi();
    now.output = { state: 'failing', trouble: { code: 'output', message: 'away', at: BEGIN }, oldest: BEGIN };
    expect((await answer(ask('/api/outputs'))).body).toEqual([
      {
        name: 'mqtt',
        type: 'mqtt',
        state: 'failing',
        backlog: 0,
        oldest: BEGIN,
        delivered: 12,
        quarantined: 0,
        trouble: { code: 'output', message: 'away', at: BEGIN },
        next_attempt: BEGIN + 1000,
      },
    ]);
    expect(await answer(ask('/api/outputs/mqtt/test', { method: 'POST' }))).toEqual({
      status: 200,
      body: { message: 'mqtt has taken it' },
    });
    expect((await ask('/api/outputs/influx/test', { method: 'POST' })).status).toBe(404);
  });
});

describe('a load profile', () => {
  it('comes day by day', async () => {
    const { ask } = testApi();
    const events = eventsOf(await ask('/api/members/meter/profile?days=1'));
    const day = JSON.parse(JSON.stringify(DAY)) as unknown;
    expect((await events.next()).data).toEqual({ what: 'day', day, done: 1, total: 2 });
    expect((await events.next()).data).toEqual({ what: 'day', day, done: 2, total: 2 });
    expect(await events.next()).toEqual({ event: 'end', data: { what: 'end', days: [day, day] } });
    await expect(events.next()).rejects.toThrow('the stream ended');
  });

  it('is cancelled by whoever goes', async () => {
    const { ask, done } = testApi();
    const events = eventsOf(await ask('/api/members/meter/profile?days=127'));
    await events.next();
    await events.cancel();
    await expect.poll(() => done.length).toBe(1);
    expect(done[0]).toMatch(/^profile cancelled after \d{1,2}$/);
  });

  it('is not there for a shunt, nor for more days than meters keep', async () => {
    const { ask } = testApi();
    expect((await ask('/api/members/shunt/profile')).status).toBe(404);
    expect((await ask('/api/members/meter/profile?days=128')).status).toBe(400);
  });
});

describe('a search', () => {
  const hit = {
    link: '/dev/ttyUSB0',
    line: '115200 8N1',
    device: 'juntek-kg',
    title: 'KG',
    protocol: 'juntek',
    address: 1,
  };

  it('tells steps and hits, and ends with a configuration', async () => {
    const { ask } = testApi({
      scan: (wanted, { step, hit: found }) => {
        expect(wanted).toEqual({ links: ['/dev/ttyUSB0'], budget: 5_000 });
        step('address 1', 1, 255);
        found(hit);
        return Promise.resolve({ hits: [hit], yaml: 'site: home\n' });
      },
    });
    const events = eventsOf(await ask('/api/scan', { body: { links: ['/dev/ttyUSB0'], budget: 5 } }));
    expect((await events.next()).data).toEqual({ what: 'step', text: 'address 1', done: 1, total: 255 });
    expect((await events.next()).data).toEqual({ what: 'hit', hit });
    expect((await events.next()).data).toEqual({ what: 'end', hits: [hit], yaml: 'site: home\n' });
  });

  it('goes on one at a time, is cancelled, and tells what went wrong', async () => {
    let cancelled = false;
    const { ask } = testApi({
      scan: (_wanted, _told, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            cancelled = true;
            reject(new Error('cancelled'));
          });
        }),
    });
    const first = eventsOf(await ask('/api/scan', { body: {} }));
    expect(await answer(ask('/api/scan', { body: {} }))).toMatchObject({ status: 409 });
    await first.cancel();
    await expect.poll(() => cancelled).toBe(true);
    expect((await ask('/api/scan', { body: {} })).status).toBe(200);

    const failing = testApi({ scan: () => Promise.reject(new Error('a bug')) });
    const events = eventsOf(await failing.ask('/api/scan', { body: {} }));
    expect((await events.next()).data).toEqual({ what: 'error', code: 'internal', message: 'this failed' });
    expect(failing.log.join()).toContain('a bug');
  });

  it('knows the serial ports, and who uses them', async () => {
    const { ask, now } = testApi({
      ports: () =>
        Promise.resolve([
          { path: '/dev/ttyUSB0', byId: '/dev/serial/by-id/usb-FTDI', allowed: true },
          { path: '/dev/ttyUSB1', allowed: false, group: 'uucp' },
        ]),
    });
    now.line = { link: 'serial:/dev/serial/by-id/usb-FTDI?baud=9600' };
    expect((await answer(ask('/api/ports'))).body).toEqual([
      { path: '/dev/ttyUSB0', by_id: '/dev/serial/by-id/usb-FTDI', allowed: true, used_by: 'shed' },
      {
        path: '/dev/ttyUSB1',
        allowed: false,
        hint: 'no permission; sudo usermod -aG uucp $USER, then log in again',
      },
    ]);
  });
});

describe('the configuration', () => {
  function file(): ConfigFile & { readonly saved: string[] } {
    const saved: string[] = [];
    return {
      saved,
      text: () =>
        Promise.resolve({ text: 'site: home\n', parsed: { site: 'home' }, etag: `v${saved.length}` }),
      check: (text) =>
        Promise.resolve(
          text.startsWith('site:')
            ? []
            : [{ severity: 'error' as const, message: 'unknown key', line: 1, column: 1 }],
        ),
      save: (text, etag) => {
        if (etag !== `v${saved.length}`) return Promise.resolve({ outcome: 'changed' });
        if (!text.startsWith('site:'))
          return Promise.resolve({
            outcome: 'invalid',
            problems: [{ severity: 'error', message: 'unknown key' }],
          });
        saved.push(text);
        return Promise.resolve({
          outcome: 'applied',
          etag: `v${saved.length}`,
          applied: { started: ['rack'], stopped: [], untouched: ['shed'] },
        });
      },
    };
  }
  const put = (text: string, etag?: string) => ({
    method: 'PUT',
    body: { text },
    headers: etag === undefined ? {} : { 'if-match': etag },
  });

  it('is shown, checked and replaced by whoever saw it last', async () => {
    const config = file();
    const { ask } = testApi({ config });
    const shown = await ask('/api/config');
    const etag = shown.headers.get('etag') ?? '';
    expect(await shown.json()).toEqual({ text: 'site: home\n', parsed: { site: 'home' }, writable: true });

    expect(await answer(ask('/api/config/check', { body: { text: 'sight: home' } }))).toEqual({
      status: 200,
      body: { valid: false, problems: [{ severity: 'error', message: 'unknown key', line: 1, column: 1 }] },
    });
    expect((await answer(ask('/api/config/check', { body: { text: 'site: x' } }))).body).toEqual({
      valid: true,
      problems: [],
    });

    expect(await answer(ask('/api/config', put('site: x')))).toMatchObject({
      status: 428,
      body: { code: 'changed' },
    });
    expect(await answer(ask('/api/config', put('sight: x', etag)))).toMatchObject({
      status: 400,
      body: { code: 'config', problems: [{ message: 'unknown key' }] },
    });
    const applied = await ask('/api/config', put('site: x', etag));
    expect(await answer(applied)).toEqual({
      status: 200,
      body: { started: ['rack'], stopped: [], untouched: ['shed'] },
    });
    expect(applied.headers.get('etag')).toBe('"v1"');
    expect(await answer(ask('/api/config', put('site: y', etag)))).toMatchObject({ status: 412 });
    expect(config.saved).toEqual(['site: x']);
  });

  it('may be one that cannot be written, or none', async () => {
    const fixed = testApi({
      config: { ...file(), text: async () => ({ ...(await file().text()), readonly: 'a read-only disk' }) },
    });
    expect((await answer(fixed.ask('/api/config'))).body).toMatchObject({
      writable: false,
      hint: 'a read-only disk',
    });
    const without = testApi();
    expect((await without.ask('/api/config')).status).toBe(404);
    expect((await without.ask('/api/schema')).status).toBe(404);
    const schema = { type: 'object' };
    expect((await answer(testApi({ schema }).ask('/api/schema'))).body).toEqual(schema);
  });
});

describe('the gateway', () => {
  it('is well while it does its own work, whatever is away', async () => {
    const { ask, now, stored, measure } = testApi();
    expect(await answer(ask('/healthz'))).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        reasons: ['shunt does not answer', 'meter does not answer', 'home does not answer'],
      },
    });
    measure({ voltage: 12.6 });
    now.line = { trouble: 'tcp://192.0.2.1:9999 is away' };
    now.output = { state: 'failing' };
    const degraded = await answer(ask('/healthz'));
    expect(degraded.status).toBe(200);
    expect(degraded.body).toMatchObject({
      reasons: [
        'line shed is away',
        'meter does not answer',
        'home does not answer',
        'output mqtt does not deliver',
      ],
    });
    stored.state.status = 'full';
    const failing = await answer(ask('/healthz'));
    expect(failing.status).toBe(503);
    expect(failing.body).toMatchObject({
      status: 'failing',
      reasons: expect.arrayContaining(['the disk is full: nothing is stored']) as unknown,
    });
  });

  it('gathers what helps to help', async () => {
    const { ask, say } = testApi();
    await say('<', ANSWER);
    const response = await ask('/api/support');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="busbar-support-home-2026-11-21.json"',
    );
    expect(await response.json()).toMatchObject({
      version: '1.2.3',
      machine: { node: process.version },
      lines: [{ name: 'shed' }],
      outputs: [{ name: 'mqtt' }],
      store: { state: 'ok' },
      events: [{ sequence: 7 }, { sequence: 3 }],
      frames: { shed: expect.stringContaining('r50=1,220,5366') as string },
    });
  });

  it('says what is not there, what is not possible, and nothing of its mistakes', async () => {
    const { ask, gateway, log } = testApi();
    expect(await answer(ask('/api/nothing'))).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const wrong = await ask('/api/members/shunt', { method: 'DELETE' });
    expect(wrong.headers.get('allow')).toBe('GET');
    expect(await answer(wrong)).toMatchObject({ status: 405, body: { code: 'method' } });

    Object.assign(gateway, {
      lines: () => {
        throw new Error('at /home/somebody: 42');
      },
    });
    const { status, body } = await answer(ask('/api/lines'));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('somebody');
    expect(log.join('\n')).toContain('at /home/somebody: 42');
  });
});
