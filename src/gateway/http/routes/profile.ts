import { createRoute, z } from '@hono/zod-openapi';
import type { ApiProfileEvent } from '../../../core/site/api.ts';
import { Refusal } from '../failure.ts';
import { progressStream } from '../progress.ts';
import { profileEvent } from '../schemas-work.ts';
import { type AddRoutes, answers, describeMember, memberNamed, streaming } from '../tools.ts';

/** Load profiles that meters keep. */
export const profileRoutes: AddRoutes = (app, tools) => {
  const { gateway, options, audience, scrub } = tools;
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/members/{name}/profile',
      summary: 'Reads the load profile of a meter, day by day, as server-sent events',
      description: 'Closing the connection cancels the reading.',
      request: {
        params: z.object({ name: z.string() }),
        query: z.strictObject({ days: z.coerce.number().int().min(0).max(127).default(7) }),
      },
      responses: answers(
        profileEvent,
        'Events `day`, then `end` or `error`; the schema is that of their data',
        'text/event-stream',
      ),
    }),
    (c) => {
      const member = memberNamed(tools, c.req.valid('param').name);
      if (!describeMember(member).profile)
        throw new Refusal('not_found', `${member.name} keeps no load profile`, { where: 'param.name' });
      const { days } = c.req.valid('query');
      const stream = progressStream<ApiProfileEvent>(
        audience,
        scrub.json,
        (error) => options.log.error(`reading the profile of ${member.name}: ${String(error)}`),
        async ({ tell, signal }) => {
          const read = await gateway.readProfile(
            member.name,
            days,
            (day, done, total) => tell({ what: 'day', day, done, total }),
            signal,
          );
          tell({ what: 'end', days: read });
        },
      );
      return streaming(c, stream);
    },
  );
};
