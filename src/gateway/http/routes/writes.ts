import { createRoute, z } from '@hono/zod-openapi';
import { show } from '../../../core/bytetext.ts';
import type { ApiProposal, ApiWriteReport } from '../../../core/site/api.ts';
import type { Value } from '../../../core/snapshot.ts';
import type { WriteReport } from '../../../core/write.ts';
import { proposal, writeReport } from '../schemas-work.ts';
import { type AddRoutes, answers, body, memberNamed } from '../tools.ts';

/** Writing to devices: first what would be sent, then the yes to exactly that. */
export const writeRoutes: AddRoutes = (app, tools) => {
  const { gateway, reply } = tools;

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/members/{name}/writes',
      summary: 'Checks a write and shows the frame; nothing is sent',
      request: {
        params: z.object({ name: z.string() }),
        body: body(
          z.strictObject({
            field: z.string().max(200),
            value: z
              .union([z.string().max(1_000), z.number(), z.boolean(), z.null()])
              .default('')
              .openapi({ description: 'null switches off; left out where the field is a command' }),
          }),
        ),
      },
      responses: answers(proposal, 'What would be sent, and the token that says yes to it'),
    }),
    (c) => {
      const { name } = memberNamed(tools, c.req.valid('param').name);
      const { field, value } = c.req.valid('json');
      const typed = value === null ? 'off' : String(value);
      const { value: taken, ...rest } = gateway.writes.propose(name, field, typed, c.get('by'));
      // The desk takes it from what the device accepts, which is a value.
      return reply<ApiProposal>(c, { ...rest, value: taken as Value });
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/writes/{token}',
      summary: 'Says yes to a write: it is sent once, and read back',
      request: { params: z.object({ token: z.string().max(100) }) },
      responses: answers(writeReport, 'What became of it'),
    }),
    // Not cancelled when the caller goes: a write that has begun is read back and written down.
    async (c) => {
      const report = await gateway.writes.confirm(c.req.valid('param').token, c.get('by'));
      return reply<ApiWriteReport>(c, reportDocument(report));
    },
  );
};

function reportDocument({
  field,
  requested,
  before,
  after,
  acknowledgement,
  outcome,
}: WriteReport): ApiWriteReport {
  return {
    field,
    requested,
    before: known(before),
    after: known(after),
    ...(acknowledgement === undefined ? {} : { acknowledgement: show(acknowledgement) }),
    outcome,
  };
}

function known(values: WriteReport['before']): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([path, value]) => [path, value ?? null]));
}
