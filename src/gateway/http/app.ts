import { OpenAPIHono } from '@hono/zod-openapi';
import { getPath } from 'hono/utils/url';
import type { Gateway } from '../gateway.ts';
import { audience } from './event-stream.ts';
import { Refusal, refusalOf } from './failure.ts';
import { explainer } from './frames.ts';
import { guard } from './guard.ts';
import { doorkeeper } from './login.ts';
import type { ApiApp, ApiEnv, ApiOptions } from './options.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { configRoutes } from './routes/config.ts';
import { decodeRoutes } from './routes/decode.ts';
import { historyRoutes } from './routes/history.ts';
import { lineRoutes } from './routes/lines.ts';
import { outputRoutes } from './routes/outputs.ts';
import { probeRoutes } from './routes/probe.ts';
import { profileRoutes } from './routes/profile.ts';
import { scanRoutes } from './routes/scan.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/site.ts';
import { supportRoutes } from './routes/support.ts';
import { writeRoutes } from './routes/writes.ts';
import { scrub } from './scrub.ts';
import { INDEX, staticFiles } from './static-files.ts';
import { replier, type Tools } from './tools.ts';

/** The API without a server around it. */
export interface Api {
  readonly app: ApiApp;
  /** Ends all streams of events. */
  readonly close: () => void;
}

/** Builds the API of a gateway. Throws a `config` fault for a password or token that would be no protection. */
export function createApp(gateway: Gateway, options: ApiOptions): Api {
  const { base_path: base, log } = options;
  const app: ApiApp = new OpenAPIHono<ApiEnv>({
    // Below a prefix as well as without it: some proxies take it away, others do not.
    getPath: (request) => {
      const path = getPath(request);
      return base !== '' && (path === base || path.startsWith(`${base}/`))
        ? path.slice(base.length) || '/'
        : path;
    },
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const stranger = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const path = [...(issue?.path ?? []), ...(stranger === undefined ? [] : [stranger])].map(String);
      throw new Refusal(
        'request',
        stranger === undefined ? (issue?.message ?? 'bad request') : `'${stranger}' is not known here`,
        {
          where: [result.target === 'json' ? 'body' : result.target, ...path].join('.'),
          hint: 'GET /openapi.json describes every request',
        },
      );
    },
  });
  const scrubbed = scrub(options.secrets ?? (() => []));
  const door = doorkeeper(options, options.clock, gateway.store.memory);
  const files = staticFiles(options.dashboard, base);
  const listeners = audience(options.clock);
  const tools: Tools = {
    gateway,
    options,
    scrub: scrubbed,
    audience: listeners,
    explain: explainer(scrubbed),
    reply: replier(scrubbed),
  };

  app.onError((error, c) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) log.error(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    const { document, status, headers } =
      refusal ??
      new Refusal('internal', 'this gateway made a mistake', {
        hint: 'its log says more; GET /api/support gathers what helps to mend it',
      });
    return tools.reply<object>(c, document, status, headers);
  });

  /** Paths beside `/api` that are no page of the dashboard. */
  const own = new Set<string>();
  /** Everything beside is a page or a file of the dashboard, which draws what it finds in its address. */
  const isPage = (path: string): boolean =>
    files.has(path) ||
    (files.has(INDEX) && !path.startsWith('/api') && !own.has(path) && gateway.page(path) === undefined);
  const isPublic = (path: string): boolean => isPage(path) || gateway.page(path)?.public === true;
  for (const check of guard(options, door, isPublic)) app.use(check);

  const { close } = siteRoutes(app, tools);
  for (const add of [
    alarmRoutes,
    historyRoutes,
    lineRoutes,
    decodeRoutes,
    writeRoutes,
    outputRoutes,
    profileRoutes,
    scanRoutes,
    probeRoutes,
    configRoutes,
    sessionRoutes(door),
    supportRoutes,
  ]) {
    add(app, tools);
  }
  options.extensions?.(app);

  app.get('/openapi.json', (c) =>
    tools.reply<object>(
      c,
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'busbar',
          version: gateway.version,
          description:
            'The gateway. Instants are milliseconds since 1970-01-01T00:00Z; what is not known is absent, never 0.',
        },
        servers: [{ url: base === '' ? '/' : base }],
        security: [{ token: [] }, { session: [] }],
      }),
    ),
  );
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'busbar_session',
  });

  for (const { path } of app.routes) {
    // Checks of every request stand at `/*`.
    if (path === '/*' || path.startsWith('/api/')) continue;
    // Pages are shown without a login, so whoever adds a route beside them must say exactly which.
    if (/[:*]/.test(path)) throw new Error(`a route outside /api must have a fixed path: ${path}`);
    own.add(path);
  }

  app.get('*', async (c, next) => {
    const { path } = c.req;
    const page = gateway.page(path);
    if (page !== undefined) return c.body(await page.read(), 200, { 'Content-Type': page.type });
    if (files.has(path)) return files.serve(c, path);
    return isPage(path) ? files.serve(c, INDEX) : next();
  });

  app.notFound((c) => {
    const { path, method } = c.req;
    const others = app.routes.filter((route) => route.method !== 'ALL' && fits(route.path, path));
    const refusal =
      others.length === 0
        ? new Refusal('not_found', `there is nothing at ${path}`, {
            hint: 'GET /openapi.json lists everything',
          })
        : new Refusal('method', `${method} is not possible at ${path}`, {
            headers: { Allow: [...new Set(others.map((route) => route.method))].join(', ') },
          });
    return tools.reply<object>(c, refusal.document, refusal.status, refusal.headers);
  });

  return {
    app,
    close: () => {
      close();
      listeners.close();
    },
  };
}

/** Whether a path is one of a route: `/api/members/:name`. */
function fits(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, place) => part.startsWith(':') || part === given[place])
  );
}
