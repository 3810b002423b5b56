import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDevice, ApiMemberDetail, ApiSite, ApiState } from '../../../core/site/api.ts';
import { deviceDocument, memberStateDocument } from '../../../core/site/documents.ts';
import { catalog } from '../../../devices/index.ts';
import { Refusal } from '../failure.ts';
import { type LiveFeed, liveFeed, stateDocument } from '../live.ts';
import type { ApiApp } from '../options.ts';
import { retryLimit } from '../retry-limit.ts';
import { change, device, memberDetail, site, state } from '../schemas.ts';
import { answers, describeMember, memberNamed, streaming, type Tools } from '../tools.ts';

/** Prices are configured in millionths. */
const MILLION = 1e6;

/** What there is on the site, how it stands, and its changes as they happen, until it is closed. */
export function siteRoutes(app: ApiApp, tools: Tools): Pick<LiveFeed, 'close'> {
  const { gateway, options, audience, scrub, reply } = tools;
  const { view } = gateway;

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/site',
      summary: 'The site: its members with their groups and fields, and its buses',
      responses: answers(site, 'The site'),
    }),
    (c) => {
      const { title = view.site, timezone, tariffs } = gateway.config();
      const members = view.members().map(describeMember);
      return reply<ApiSite>(c, {
        site: view.site,
        title,
        timezone,
        ...(tariffs === undefined
          ? {}
          : {
              tariffs: {
                currency: tariffs.currency,
                prices: tariffs.prices.map((price) => price / MILLION),
              },
            }),
        version: gateway.version,
        started_at: gateway.startedAt,
        simulated: members.some(({ simulated }) => simulated),
        members,
        buses: gateway.lines().map(({ name }) => name),
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/state',
      summary: 'The latest values of all members, and the alarms',
      responses: answers(state, 'The state'),
    }),
    (c) => reply<ApiState>(c, stateDocument(view, options.clock.date())),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/members/{name}',
      summary: 'One member with its latest values',
      request: { params: z.object({ name: z.string() }) },
      responses: answers(memberDetail, 'The member'),
    }),
    (c) => {
      const member = memberNamed(tools, c.req.valid('param').name);
      const now = view.state(member.name);
      if (now === undefined) throw new Refusal('not_found', `'${member.name}' has just left`);
      return reply<ApiMemberDetail>(c, {
        member: describeMember(member),
        state: memberStateDocument(now),
      });
    },
  );

  const retries = retryLimit(options.clock, {
    why: (wait, name) => `${name} was tried again already: the next try may follow in ${wait} s`,
    hint: 'a try may send a wrong password, and meters lock themselves after a few: correct it in the configuration, which is tried at once',
  });
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/members/{name}/retry',
      summary: 'Begins anew with a device that refused us and was left alone since',
      description:
        'A wrong password is sent once more by this, and meters lock themselves after a few: 429 where this was done for the device in the last ten minutes.',
      request: { params: z.object({ name: z.string() }) },
      responses: answers(z.object({ message: z.string() }), 'It is asked again'),
    }),
    async (c) => {
      const { name, make } = memberNamed(tools, c.req.valid('param').name);
      if (make === undefined) throw new Refusal('refused', `${name} is no device: its values are computed`);
      retries.check(name);
      retries.count(name);
      await gateway.retry(name);
      return reply<{ message: string }>(c, { message: `${name} is asked again` });
    },
  );

  const feed = liveFeed({
    view,
    clock: options.clock,
    audience,
    run: gateway.startedAt.toString(36),
    json: scrub.json,
    member: describeMember,
  });
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/live',
      summary: 'Changes as they happen, as server-sent events',
      description:
        'The first event is a full `state`, or, with Last-Event-ID, what came since. A client that is too slow gets a new `state` instead of what it missed. Each event is named after `what` in its data.',
      request: {
        query: z.strictObject({
          members: z.string().optional().openapi({ description: 'Only changes of these, divided by commas' }),
        }),
        headers: z.object({ 'last-event-id': z.string().optional() }),
      },
      responses: answers(change, 'Events; the schema is that of their data', 'text/event-stream'),
    }),
    (c) => {
      const { members } = c.req.valid('query');
      const wanted = members?.split(',').map((name) => memberNamed(tools, name.trim()).name);
      return streaming(
        c,
        feed.open(wanted === undefined ? undefined : new Set(wanted), c.req.valid('header')['last-event-id']),
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/devices',
      summary: 'The catalogue of devices that busbar knows',
      responses: answers(z.array(device), 'The devices'),
    }),
    (c) => reply<readonly ApiDevice[]>(c, catalog.devices.map(deviceDocument)),
  );
  return feed;
}
