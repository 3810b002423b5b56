import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ApiSession } from '../../../core/site/api.ts';
import { Refusal } from '../failure.ts';
import { clientOf, COOKIE, isLoggedIn, isTrusted } from '../guard.ts';
import { type Doorkeeper, SESSION_LIFE } from '../login.ts';
import type { ApiEnv } from '../options.ts';
import { session } from '../schemas.ts';
import { type AddRoutes, answers, body } from '../tools.ts';

/** Logging in and out. */
export const sessionRoutes =
  (door: Doorkeeper): AddRoutes =>
  (app, { options, reply }) => {
    app.openapi(
      createRoute({
        method: 'get',
        path: '/api/session',
        summary: 'Whether a login is wanted, and whether somebody is logged in',
        responses: answers(session, 'How it stands'),
      }),
      async (c) =>
        reply<ApiSession>(c, {
          login_required: door.required,
          logged_in: !door.required || isTrusted(c, options) || (await isLoggedIn(c, door)),
        }),
    );

    app.openapi(
      createRoute({
        method: 'post',
        path: '/api/login',
        summary: 'Logs in; the session is a cookie',
        request: { body: body(z.strictObject({ password: z.string().max(1_000) })) },
        responses: answers(session, 'Logged in'),
      }),
      async (c) => {
        const seconds = door.wait(clientOf(c, options));
        if (seconds > 0) {
          throw new Refusal('too_many', `too many tries: wait ${seconds} s`, {
            headers: { 'Retry-After': String(seconds) },
          });
        }
        if (!door.knows(c.req.valid('json').password)) {
          options.log.warn(`a wrong password came from ${clientOf(c, options)}`);
          throw new Refusal('login', 'the password is wrong');
        }
        door.forgive(clientOf(c, options));
        setCookie(c, COOKIE, await door.open(), {
          httpOnly: true,
          sameSite: 'Strict',
          secure: isSecure(c),
          path: '/',
          maxAge: SESSION_LIFE / 1000,
        });
        return reply<ApiSession>(c, { login_required: door.required, logged_in: true });
      },
    );

    app.openapi(
      createRoute({
        method: 'post',
        path: '/api/logout',
        summary: 'Ends the session',
        responses: answers(session, 'Logged out'),
      }),
      async (c) => {
        const open = getCookie(c, COOKIE);
        if (open !== undefined) await door.close(open);
        deleteCookie(c, COOKIE, { path: '/', secure: isSecure(c) });
        return reply<ApiSession>(c, { login_required: door.required, logged_in: !door.required });
      },
    );
  };

/** Whether the browser reached us by TLS. A proxy's word is enough: saying so wrongly only harms who says it. */
function isSecure(c: Context<ApiEnv>): boolean {
  return c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto') === 'https';
}
