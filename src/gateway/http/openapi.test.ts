import { describe, expect, it } from 'vitest';
import { fromJSONSchema, type z } from 'zod';
import { ANSWER, eventsOf, testApi } from '../../../test/http/gateway.ts';

/** The parts of the description that are looked at. */
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

const hit = { link: '/dev/ttyUSB0', line: '9600 8N1', device: 'x', title: 'X', protocol: 'x', address: 1 };

/** An API in which everything is there, and something has happened. */
async function busy() {
  const api = testApi({
    password: 'correct horse',
    token: 'a-token-of-programs',
    schema: () => ({ type: 'object' }),
    ports: () => Promise.resolve([{ path: '/dev/ttyUSB0', allowed: false, product: 'FT232R' }]),
    config: {
      text: () => Promise.resolve({ text: 'site: home\n', parsed: { site: 'home' }, etag: 'v1' }),
      check: () => Promise.resolve([{ severity: 'error', message: 'unknown key', line: 1, column: 1 }]),
      save: () =>
        Promise.resolve({
          outcome: 'applied',
          etag: 'v2',
          applied: { started: [], stopped: [], untouched: [] },
        }),
    },
    scan: (_wanted, { step, hit: found }) => {
      step('address 1', 1, 2);
      found(hit);
      return Promise.resolve({ hits: [hit], yaml: '' });
    },
  });
  api.measure({ voltage: 12.6, output: 'on' });
  api.now.output = { trouble: { code: 'output', message: 'away', at: 1 }, oldest: 1 };
  await api.say('>', new TextEncoder().encode(':R50=1,2,1,\r\n'));
  await api.say('<', ANSWER);
  await api.say('<', Uint8Array.of(1, 2, 3));
  return api;
}

/** A request for every operation: what fills its path, its query, its body. */
const REQUESTS: Readonly<
  Record<string, { path?: string; body?: unknown; headers?: Record<string, string> }>
> = {
  'get /api/site': {},
  'get /api/state': {},
  'get /api/members/{name}': { path: '/api/members/shunt' },
  'get /api/live': {},
  'get /api/alarms': {},
  'post /api/alarms/{subject}/acknowledge': { path: '/api/alarms/shunt.low/acknowledge' },
  'get /api/alarms/rules': {},
  'post /api/alarms/{subject}/dismiss': { path: '/api/alarms/shunt.low/dismiss' },
  'post /api/members/{name}/retry': { path: '/api/members/shunt/retry' },
  'get /api/devices': {},
  'get /api/series': {},
  'get /api/history': { path: '/api/history?series=shunt.measured.voltage' },
  'get /api/history/export': {},
  'get /api/events': { path: '/api/events?limit=1' },
  'get /api/lines': {},
  'get /api/lines/{bus}/frames': { path: '/api/lines/shed/frames' },
  'get /api/lines/{bus}/frames/live': {
    path: '/api/lines/shed/frames/live',
    headers: { 'last-event-id': '0' },
  },
  'get /api/lines/{bus}/capture': { path: '/api/lines/shed/capture' },
  'post /api/read': { body: { member: 'shunt' } },
  'post /api/decode': { body: { text: `${new TextDecoder().decode(ANSWER)}\n~2002` } },
  'post /api/members/{name}/writes': {
    path: '/api/members/shunt/writes',
    body: { field: 'output', value: 'off' },
  },
  'post /api/writes/{token}': { path: '/api/writes/token-1' },
  'get /api/outputs': {},
  'post /api/outputs/{name}/test': { path: '/api/outputs/mqtt/test' },
  'get /api/members/{name}/profile': { path: '/api/members/meter/profile?days=1' },
  'get /api/config': {},
  'post /api/config/check': { body: { text: 'x' } },
  'put /api/config': { body: { text: 'x' }, headers: { 'if-match': '"v1"' } },
  'get /api/schema': {},
  'get /api/ports': {},
  'post /api/scan': { body: {} },
  'post /api/probe': { body: { link: 'tcp://192.0.2.1:1', device: 'juntek-kg' } },
  'get /api/session': {},
  'post /api/login': { body: { password: 'correct horse' } },
  'post /api/logout': {},
  'get /healthz': {},
  'get /api/support': {},
};

/** Names in schemas point into the description; here they point to definitions beside them. */
function checkerOf(schema: object, { components }: Description): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  );
  return fromJSONSchema(strict(JSON.parse(text)) as Parameters<typeof fromJSONSchema>[0]);
}

/** The same schema, in which an object has no parts but those described: what is returned is described, or is found here. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, strict(part)]));
  // What is put together from several has its parts in all of them.
  const closed = 'properties' in parts && !('additionalProperties' in parts) && !('allOf' in parts);
  return closed ? { ...parts, additionalProperties: false } : parts;
}

/** Joins `allOf` of objects to one, since each alone would refuse the parts of the other. */
function flat(schema: object, description: Description): object {
  const seen = (part: object): object => {
    const target =
      '$ref' in part ? description.components.schemas[String(part.$ref).split('/').at(-1) ?? ''] : part;
    return target ?? part;
  };
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    if ('allOf' in part && Array.isArray(part.allOf)) {
      const all = part.allOf.map(
        (one: object) => walk(seen(one)) as { properties?: object; required?: string[] },
      );
      return {
        type: 'object',
        properties: Object.assign({}, ...all.map((one) => one.properties ?? {})) as object,
        required: all.flatMap((one) => one.required ?? []),
      };
    }
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(schema) as object;
}

describe('the description', async () => {
  const api = await busy();
  const description = (await (await api.ask('/openapi.json')).json()) as Description; // checked below, part by part
  const flatDescription: Description = {
    ...description,
    components: {
      schemas: flat(description.components.schemas, description) as Description['components']['schemas'],
    },
  };
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method} ${path}`,
      method,
      path,
      operation,
    })),
  );

  it('is one of OpenAPI 3.1, and has a sentence for everything', () => {
    expect(description.openapi).toBe('3.1.0');
    expect(operations.filter(({ operation }) => (operation.summary ?? '') === '')).toEqual([]);
  });

  it('has every operation, and this test asks for each', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(Object.keys(REQUESTS).sort());
    const routes = api.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '/*' && path !== '/openapi.json')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(new Set(routes)).toEqual(new Set(Object.keys(REQUESTS)));
  });

  it.each(operations)('says what $name returns', async ({ name, method, path, operation }) => {
    const { ask } = await busy();
    const { path: real = path, body, headers = {} } = REQUESTS[name] ?? {};
    const response = await ask(real, {
      method: method.toUpperCase(),
      body,
      headers: { ...headers, authorization: 'Bearer a-token-of-programs' },
    });
    expect(response.status).toBe(200);
    const [kind = ''] = (response.headers.get('content-type') ?? '').split(';');
    const schema = operation.responses['200']?.content?.[kind]?.schema;
    expect(schema, kind).toBeDefined();
    const checker = checkerOf(flat(schema ?? {}, description), flatDescription);
    if (kind === 'text/event-stream') {
      const events = eventsOf(response);
      // The one event that is always there; of a scan and a profile, all until the end.
      for (let last = ''; !['end', 'state', 'frame'].includes(last);) {
        const { event, data } = await events.next();
        expect(checker.safeParse(data).error).toBeUndefined();
        last = event;
      }
      await events.cancel();
    } else {
      const document: unknown = kind === 'application/json' ? await response.json() : await response.text();
      expect(checker.safeParse(document).error).toBeUndefined();
    }
  });

  it.each(['snapshot', 'freshness', 'member', 'event'])(
    'says what the change %s looks like',
    async (what) => {
      const { ask, state, measure, gateway } = testApi();
      const events = eventsOf(await ask('/api/live'));
      await events.next();
      const [shunt] = gateway.view.members();
      if (shunt !== undefined) state.put(shunt);
      measure({ voltage: 12.6 });
      state.happened({ at: 1, kind: 'loss', severity: 'info', subject: 'x', text: 'y', detail: { a: null } });
      const schema =
        description.paths['/api/live']?.get?.responses['200']?.content?.['text/event-stream']?.schema;
      const checker = checkerOf(flat(schema ?? {}, description), flatDescription);
      for (let found = ''; found !== what;) {
        const { event, data } = await events.next();
        expect(checker.safeParse(data).error).toBeUndefined();
        found = event;
      }
      await events.cancel();
    },
  );

  it.each([
    ['/api/members/rack', 404],
    ['/api/history', 400],
    ['/api/nothing', 404],
  ])('says what is returned for %s, which fails', async (path, status) => {
    const response = await testApi().ask(path);
    expect(response.status).toBe(status);
    const schema = description.components.schemas.Error ?? {};
    expect(checkerOf(schema, flatDescription).safeParse(await response.json()).error).toBeUndefined();
  });

  it('notices what it does not say', () => {
    const checker = checkerOf({ $ref: '#/components/schemas/Session' }, flatDescription);
    const good = { login_required: true, logged_in: false };
    expect(checker.safeParse(good).success).toBe(true);
    expect(checker.safeParse({ ...good, password: 'x' }).success).toBe(false);
    expect(checker.safeParse({ login_required: true }).success).toBe(false);
  });
});
