import { createRoute, z } from '@hono/zod-openapi';
import type { ApiOutput } from '../../../core/site/api.ts';
import { outputDocument } from '../documents.ts';
import { Refusal } from '../failure.ts';
import { output } from '../schemas-work.ts';
import { type AddRoutes, answers } from '../tools.ts';

/** Milliseconds that a test of an output may take. */
const PATIENCE = 30_000;

/** Where numbers go. */
export const outputRoutes: AddRoutes = (app, { gateway, options, reply }) => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/outputs',
      summary: 'The outputs: what waits, what was delivered, what is wrong',
      responses: answers(z.array(output), 'The outputs'),
    }),
    (c) => reply<readonly ApiOutput[]>(c, gateway.outputs().map(outputDocument)),
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/outputs/{name}/test',
      summary: 'Sends something harmless to the receiver of an output',
      request: { params: z.object({ name: z.string() }) },
      responses: answers(z.object({ message: z.string() }), 'What the receiver made of it'),
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const names = gateway.outputs().map((one) => one.name);
      if (!names.includes(name)) {
        throw new Refusal('not_found', `there is no output '${name}'`, {
          hint: names.length === 0 ? 'none is configured' : `there are ${names.join(', ')}`,
          where: 'param.name',
        });
      }
      const limit = new AbortController();
      const cancel = options.clock.after(PATIENCE, () => limit.abort());
      try {
        const signal = AbortSignal.any([c.req.raw.signal, limit.signal]);
        return reply<{ message: string }>(c, { message: await gateway.testOutput(name, signal) });
      } finally {
        cancel();
      }
    },
  );
};
