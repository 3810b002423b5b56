import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { arch, platform, release } from 'node:os';
import type { ApiHealth } from '../../../core/site/api.ts';
import { lineDocument, outputDocument } from '../documents.ts';
import { stateDocument } from '../live.ts';
import { refusedSubject } from '../../../site/index.ts';
import { health } from '../schemas.ts';
import { type AddRoutes, answers, type Tools } from '../tools.ts';
import { captureOf } from './lines.ts';

/** Events in a support bundle. */
const MOST_EVENTS = 200;

const HEALTH: RouteConfig['responses'] = {
  ...answers(health, 'It does: `ok`, or `degraded` where something outside is away'),
  503: {
    description: 'It does not: `failing`',
    content: { 'application/json': { schema: health } },
  },
};

/** How the gateway is: for machines that watch it, and for people who help. */
export const supportRoutes: AddRoutes = (app, tools) => {
  const { gateway, options, reply } = tools;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      summary: 'Whether the gateway does its work; wants no login',
      responses: HEALTH,
    }),
    async (c) => {
      const found = await healthOf(tools);
      return reply<ApiHealth>(c, found, found.status === 'failing' ? 503 : 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/support',
      summary: 'Everything that helps to help, without secrets, as one JSON file',
      responses: answers(z.looseObject({}), 'The bundle'),
    }),
    async (c) => {
      const { view, store } = gateway;
      const now = options.clock.date();
      const bundle = {
        at: new Date(now).toISOString(),
        version: gateway.version,
        site: view.site,
        started_at: new Date(gateway.startedAt).toISOString(),
        machine: { node: process.version, platform: platform(), release: release(), arch: arch() },
        memory: process.memoryUsage(),
        health: await healthOf(tools),
        config: await options.config?.text().then(({ text }) => text),
        lines: gateway.lines().map(lineDocument),
        outputs: gateway.outputs().map(outputDocument),
        store: await store.status(),
        state: stateDocument(view, now),
        // Help is wanted most where nothing can be read.
        events: await store.events({ limit: MOST_EVENTS }).catch(() => []),
        frames: Object.fromEntries(gateway.lines().map(({ name }) => [name, captureOf(tools, name)])),
      };
      const name = `busbar-support-${view.site}-${bundle.at.slice(0, 10)}.json`;
      return reply<object>(c, bundle, 200, { 'Content-Disposition': `attachment; filename="${name}"` });
    },
  );
};

/**
 * What is wrong, by name only, since everybody may ask. Only what the gateway itself cannot do is a failure: starting it
 * again because a battery was switched off would help nobody.
 */
async function healthOf({ gateway }: Tools): Promise<ApiHealth> {
  const { state } = await gateway.store.status();
  const own = state === 'ok' ? [] : [STORE[state]];
  const refusing = new Set(gateway.view.alarms().map(({ subject }) => subject));
  const outside = [
    ...gateway
      .lines()
      .flatMap(({ name, trouble }) => (trouble === undefined ? [] : [`line ${name} is away`])),
    ...gateway.view.members().flatMap(({ name }) => {
      const freshness = gateway.view.state(name)?.freshness;
      if (refusing.has(refusedSubject(name)))
        return [`${name} refused us, and is left alone until its settings change`];
      return freshness === 'gone' || freshness === 'unknown' ? [`${name} does not answer`] : [];
    }),
    ...gateway
      .outputs()
      .flatMap(({ name, state: how }) => (how === 'failing' ? [`output ${name} does not deliver`] : [])),
  ];
  return {
    status: own.length > 0 ? 'failing' : outside.length > 0 ? 'degraded' : 'ok',
    reasons: [...own, ...outside],
  };
}

const STORE = {
  full: 'the disk is full: nothing is stored until there is room',
  read_only:
    'the disk is read-only, or its folder belongs to another user: nothing is stored until it can be written',
  failed: 'the database fails: nothing is stored; the log says why',
} as const;
