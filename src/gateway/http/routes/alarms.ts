import { createRoute, z } from '@hono/zod-openapi';
import type { Alarm, AlarmRule } from '../../../core/site/index.ts';
import { Refusal } from '../failure.ts';
import { alarm, alarmRule } from '../schemas.ts';
import { type AddRoutes, answers } from '../tools.ts';

const subjectOf = z.object({ subject: z.string() });

/** Alarms that stand, what people say to them, and the rules behind them. */
export const alarmRoutes: AddRoutes = (app, { gateway, reply }) => {
  const { view } = gateway;

  /** Throws where no such alarm stands. */
  const standing = (subject: string): void => {
    if (!view.alarms().some((one) => one.subject === subject))
      throw new Refusal('not_found', `there is no alarm '${subject}' now`, { where: 'param.subject' });
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/alarms',
      summary: 'The alarms that stand',
      responses: answers(z.array(alarm), 'The alarms'),
    }),
    (c) => reply<readonly Alarm[]>(c, view.alarms()),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/alarms/rules',
      summary: 'The rules of the configuration, and how each stands now',
      responses: answers(z.array(alarmRule), 'The rules, in their order'),
    }),
    (c) => reply<readonly AlarmRule[]>(c, gateway.alarmRules()),
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/alarms/{subject}/acknowledge',
      summary: 'Marks an alarm as seen',
      request: { params: subjectOf },
      responses: answers(alarm, 'The alarm as it stands now'),
    }),
    (c) => {
      const { subject } = c.req.valid('param');
      standing(subject);
      return reply<Alarm>(c, gateway.acknowledge(subject, c.get('by')));
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/alarms/{subject}/dismiss',
      summary: 'Says that an alarm is over, though nothing tells: of a pack that was taken out',
      description: 'One whose cause is still there is raised again.',
      request: { params: subjectOf },
      responses: answers(z.array(alarm), 'The alarms that stand now'),
    }),
    (c) => {
      const { subject } = c.req.valid('param');
      standing(subject);
      gateway.dismiss(subject, c.get('by'));
      return reply<readonly Alarm[]>(c, view.alarms());
    },
  );
};
