import { createRoute, z } from '@hono/zod-openapi';
import { bytesOfText, hex } from '../../../core/bytetext.ts';
import { frameText } from '../../../core/frame-document.ts';
import type { ApiFrame } from '../../../core/site/api.ts';
import { decodePasted } from '../decode-thread.ts';
import { frame } from '../schemas-work.ts';
import type { Scrub } from '../scrub.ts';
import { type AddRoutes, answers, body } from '../tools.ts';

/** Characters that are explained at once. */
const LONGEST = 128 * 1024;

/** Frames that somebody has pasted. */
export const decodeRoutes: AddRoutes = (app, { scrub, reply }) => {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/decode',
      summary: 'Explains pasted frames, as busbar decode does',
      request: {
        body: body(
          z.strictObject({
            text: z.string().min(1).max(LONGEST).openapi({
              description:
                'A capture, or one frame or piece a line: as text, with escapes (\\r, \\x02), or as hex pairs',
              example: ':r50=1,53,1378,3,27728,40412,55726,419234,130,0,0,0,55456,0,',
            }),
            device: z
              .string()
              .optional()
              .openapi({ description: 'Id of a device or a family; left out: it is guessed' }),
          }),
        ),
      },
      responses: answers(z.array(frame), 'Each frame, and each run of bytes that is none'),
    }),
    async (c) => {
      const { text, device } = c.req.valid('json');
      const frames = await decodePasted({ text, device }, c.req.raw.signal);
      return reply<readonly ApiFrame[]>(
        c,
        frames.map((one) => starred(one, scrub)),
      );
    },
  );
};

/** Secrets in what was pasted are not shown either: it may be a log of somebody else. */
function starred(of: ApiFrame, { bytes }: Scrub): ApiFrame {
  const shown = bytes(bytesOfText(of.bytes));
  return { ...of, frame: frameText(shown), bytes: hex(shown) };
}
