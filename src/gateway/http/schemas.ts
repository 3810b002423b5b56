import { z } from '@hono/zod-openapi';
import type {
  ApiChange,
  ApiConfigCheck,
  ApiDevice,
  ApiEvents,
  ApiHealth,
  ApiHistory,
  ApiMember,
  ApiMemberDetail,
  ApiSeries,
  ApiSession,
  ApiSite,
  ApiState,
} from '../../core/site/api.ts';
import type { Role } from '../../core/field.ts';
import type { Alarm, AlarmRule } from '../../core/site/index.ts';

import {
  faultCode,
  instant,
  key,
  kind,
  named,
  problem,
  quantityName,
  risk,
  scalar,
  values,
} from './schema-words.ts';

/**
 * The documents of `core/site/api.ts` once more, as schemas for the description of the API. The types keep both in
 * step, and every answer is held against the description by the tests.
 */

const severity = z.enum(['info', 'warning', 'critical']);

// Roles become more with every kind of device: whoever asks for one knows its name.
const role = z.string().openapi({
  description: 'What it means: by this it is found without its name',
}) as unknown as z.ZodType<Role>;
const freshness = z.enum(['fresh', 'stale', 'gone', 'unknown']);

const plainField = z.object({
  name: z.string(),
  title: z.string(),
  quantity: quantityName,
  unit: z.string(),
  digits: z.number(),
  kind,
  role: role.optional(),
  words: z.array(z.string()).optional().openapi({ description: 'All words that it can be' }),
  alarm: z
    .object({ means: z.enum(['warning', 'protection', 'fault']), calm: z.array(z.string()).optional() })
    .optional()
    .openapi({ description: 'How the value says that something is wrong' }),
  currency: z.string().optional(),
  remark: z.string().optional(),
  source: z.string(),
});

const field = plainField
  .extend({
    items: z.array(plainField).optional().openapi({ description: 'Fields of each record of a list' }),
  })
  .openapi('Field');

const group = z
  .object({ name: z.string(), title: z.string(), period: z.number(), fields: z.array(field) })
  .openapi('Group');

const accepts = z.discriminatedUnion('form', [
  z.object({ form: z.literal('number'), lowest: z.number(), highest: z.number(), off: z.boolean() }),
  z.object({ form: z.literal('word'), words: z.array(z.string()) }),
  z.object({
    form: z.literal('text'),
    says: z.string(),
    pattern: z.string(),
    examples: z.array(z.string()),
  }),
  z.object({ form: z.literal('trigger') }),
]);

const writable = z
  .object({
    name: z.string(),
    title: z.string(),
    unit: z.string(),
    accepts,
    risk,
    remark: z.string().optional(),
  })
  .openapi('Writable');

const make = z.object({
  id: z.string(),
  title: z.string(),
  vendor: z.string(),
  models: z.array(z.string()),
  protocol: z.string(),
});

export const member = named<ApiMember>()(
  'Member',
  z.object({
    name: z.string(),
    title: z.string(),
    make: make.optional(),
    bus: z.string().optional(),
    address: z.number().optional(),
    groups: z.array(group),
    writables: z.array(writable),
    simulated: z.boolean(),
    profile: z.boolean(),
  }),
);

export const site = named<ApiSite>()(
  'Site',
  z.object({
    site: z.string(),
    title: z.string(),
    timezone: z.string(),
    tariffs: z.object({ currency: z.string(), prices: z.array(z.number()) }).optional(),
    version: z.string(),
    started_at: instant,
    simulated: z.boolean(),
    members: z.array(member),
    buses: z.array(z.string()),
  }),
);

const groupState = z
  .object({
    at: instant.optional(),
    values,
    freshness,
    fault: z
      .object({ code: faultCode, message: z.string(), hint: z.string().optional(), at: instant })
      .optional(),
  })
  .openapi('GroupState');

const memberState = z
  .object({
    name: z.string(),
    freshness,
    groups: z.record(key, groupState),
    refused: z
      .record(key, z.object({ count: z.number(), why: z.string() }))
      .openapi({ description: 'Implausible values that were refused since the start, by group.path' }),
  })
  .openapi('MemberState');

export const alarmRule = named<AlarmRule>()(
  'AlarmRule',
  z.object({
    subject: z.string(),
    when: z.string(),
    say: z.string(),
    severity,
    state: z.enum(['raised', 'pending', 'calm', 'unknown', 'waiting']),
    because: z.string().optional(),
    since: instant.optional(),
  }),
);

export const alarm = named<Alarm>()(
  'Alarm',
  z.object({
    subject: z.string(),
    severity,
    member: z.string().optional(),
    text: z.string(),
    since: instant,
    acknowledged: z.object({ at: instant, by: z.string() }).optional(),
  }),
);

export const state = named<ApiState>()(
  'State',
  z.object({ at: instant, members: z.array(memberState), alarms: z.array(alarm) }),
);

export const memberDetail = named<ApiMemberDetail>()(
  'MemberDetail',
  z.object({ member, state: memberState }),
);

const siteEvent = z.object({
  at: instant,
  kind: z.enum(['alarm_raised', 'alarm_cleared', 'alarm_acknowledged', 'write', 'loss', 'gateway']),
  severity,
  member: z.string().optional(),
  subject: z.string(),
  text: z.string(),
  detail: z.record(key, z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

const snapshot = z.object({
  device: z.string(),
  group: z.string(),
  at: instant,
  values,
  kind: z.enum(['live', 'archive']),
});

export const change = named<ApiChange>()(
  'Change',
  z.union([
    state.extend({ what: z.literal('state') }),
    z.object({ what: z.literal('snapshot'), snapshot, sequence: z.number().optional() }),
    z.object({ what: z.literal('freshness'), member: z.string(), group: z.string(), state: groupState }),
    z.object({ what: z.literal('member'), name: z.string(), member: member.optional() }),
    z.object({ what: z.literal('event'), event: siteEvent }),
  ]),
);

export const level = z.enum(['raw', 'minute', 'quarter', 'hour', 'day']);

const seriesName = {
  series: z.string().openapi({ example: 'shunt.measured.voltage' }),
  member: z.string(),
  group: z.string(),
  path: z.string(),
  title: z.string(),
  quantity: quantityName,
  unit: z.string(),
  kind,
};

export const series = named<ApiSeries>()(
  'Series',
  z.object({ ...seriesName, oldest: instant, newest: instant }),
);

const column = z.array(z.number().nullable()).optional();

export const history = named<ApiHistory>()(
  'History',
  z.object({
    from: instant,
    to: instant,
    series: z.array(
      z.object({
        ...seriesName,
        level,
        step: z.number(),
        spacing: z.number(),
        time: z.array(instant),
        count: z.array(z.number()),
        last: z.array(scalar),
        min: column,
        mean: column,
        max: column,
        first: column,
        delta: column,
      }),
    ),
  }),
);

export const events = named<ApiEvents>()(
  'Events',
  z.object({ events: z.array(siteEvent.extend({ sequence: z.number() })), next: z.number().optional() }),
);

export const device = named<ApiDevice>()(
  'Device',
  make.extend({
    family: z.string().optional(),
    remarks: z.array(z.string()),
    line: z.object({
      baud: z.number(),
      dataBits: z.union([z.literal(7), z.literal(8)]),
      parity: z.enum(['none', 'even', 'odd']),
      stopBits: z.union([z.literal(1), z.literal(2)]),
    }),
    addresses: z.object({
      lowest: z.number(),
      highest: z.number(),
      usual: z.number(),
      patience: z.number().optional(),
      runs: z.array(z.array(z.number())).optional(),
      zero: z.literal('whoever').optional(),
    }),
    groups: z.array(group),
    writables: z.array(writable),
    access: z.record(key, z.string()),
    faults: z.record(key, z.string()),
    masters: z.record(key, z.string()),
    formats: z.record(key, z.string()),
  }),
);

export const session = named<ApiSession>()(
  'Session',
  z.object({ login_required: z.boolean(), logged_in: z.boolean() }),
);

export const health = named<ApiHealth>()(
  'Health',
  z.object({ status: z.enum(['ok', 'degraded', 'failing']), reasons: z.array(z.string()) }),
);

export const configCheck = named<ApiConfigCheck>()(
  'ConfigCheck',
  z.object({ valid: z.boolean(), problems: z.array(problem) }),
);
