import { createRoute, z } from '@hono/zod-openapi';
import type { ApiConfig, ApiConfigApplied, ApiConfigCheck } from '../../../core/site/api.ts';
import { Refusal } from '../failure.ts';
import type { ConfigFile } from '../options.ts';
import { configCheck } from '../schemas.ts';
import { config, configApplied } from '../schemas-work.ts';
import { type AddRoutes, answers, body } from '../tools.ts';

const text = body(z.strictObject({ text: z.string().openapi({ description: 'YAML' }) }));

/** The configuration file: shown without secrets, checked, replaced. */
export const configRoutes: AddRoutes = (app, { options, reply }) => {
  const file = (): ConfigFile => {
    if (options.config !== undefined) return options.config;
    throw new Refusal('not_found', 'this gateway runs without a configuration file', {
      hint: 'busbar init writes one, and busbar run -c busbar.yaml uses it',
    });
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/config',
      summary: 'The configuration, secrets replaced by marks',
      responses: answers(config, 'The configuration; its ETag goes into If-Match of PUT'),
    }),
    async (c) => {
      const { text: yaml, parsed, etag, readonly } = await file().text();
      return reply<ApiConfig>(
        c,
        {
          text: yaml,
          parsed,
          writable: readonly === undefined,
          ...(readonly === undefined ? {} : { hint: readonly }),
        },
        200,
        { ETag: `"${etag}"` },
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/config/check',
      summary: 'Says what is wrong with a configuration; nothing is changed',
      request: { body: text },
      responses: answers(configCheck, 'What is wrong'),
    }),
    async (c) => {
      const problems = await file().check(c.req.valid('json').text);
      return reply<ApiConfigCheck>(c, {
        valid: !problems.some(({ severity }) => severity === 'error'),
        problems,
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'put',
      path: '/api/config',
      summary: 'Replaces the configuration and applies it; what did not change goes on untouched',
      request: {
        body: text,
        headers: z.object({ 'if-match': z.string().optional().openapi({ description: 'Needed' }) }),
      },
      responses: answers(configApplied, 'What was started and stopped'),
    }),
    async (c) => {
      const etag = /^"([^"]+)"$/.exec(c.req.valid('header')['if-match'] ?? '')?.[1];
      if (etag === undefined) {
        throw new Refusal('changed', 'the header If-Match is missing', {
          status: 428,
          hint: 'send the ETag of GET /api/config, so that nobody overwrites what others have changed meanwhile',
          where: 'header.if-match',
        });
      }
      const saved = await file().save(c.req.valid('json').text, etag);
      switch (saved.outcome) {
        case 'applied':
          return reply<ApiConfigApplied>(c, saved.applied, 200, { ETag: `"${saved.etag}"` });
        case 'invalid':
          throw new Refusal('config', 'this configuration is not good; the old one stays', {
            problems: saved.problems,
            where: 'body.text',
          });
        case 'changed':
          throw new Refusal('changed', 'the configuration was changed by somebody else meanwhile', {
            hint: 'fetch it again, and make your change there',
          });
      }
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/schema',
      summary: 'JSON Schema of the configuration, for editors',
      responses: answers(z.looseObject({}), 'The schema'),
    }),
    (c) => {
      if (options.schema === undefined) throw new Refusal('not_found', 'there is no schema here');
      return reply<object>(c, options.schema());
    },
  );
};
