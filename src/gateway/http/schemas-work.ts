import { z } from '@hono/zod-openapi';
import type {
  ApiConfig,
  ApiConfigApplied,
  ApiFrame,
  ApiLine,
  ApiOutput,
  ApiPort,
  ApiProbe,
  ApiProfileEvent,
  ApiProposal,
  ApiScanEvent,
  ApiUtterance,
  ApiWriteReport,
} from '../../core/site/api.ts';
import {
  error,
  faultCode,
  instant,
  key,
  named,
  quantityName,
  risk,
  value,
  values,
  verdict,
} from './schema-words.ts';
import { member } from './schemas.ts';

/** Schemas of `core/site/api-work.ts`: lines, frames, outputs, writes, searches, configuration. */

const health = z.object({
  answered: z.number(),
  faults: z.partialRecord(faultCode, z.number()),
  retries: z.number(),
  turnaround: z.object({ p50: z.number(), p95: z.number() }).optional(),
  silent_for: z.number(),
  last_fault: z.string().optional(),
});

const polling = z.object({
  period: z.number(),
  read: z.number(),
  failed: z.number(),
  overruns: z.number(),
});

export const line = named<ApiLine>()(
  'Line',
  z.object({
    name: z.string(),
    link: z.string(),
    trouble: z.string().optional(),
    utilisation: z.number(),
    counters: z.object({
      bytes_in: z.number(),
      bytes_out: z.number(),
      frames: z.number(),
      foreign: z.number(),
      echoes: z.number(),
      bad: z.number(),
      noise_bytes: z.number(),
      stale_bytes: z.number(),
    }),
    devices: z.array(
      z.object({
        member: z.string(),
        device: z.string(),
        address: z.number().optional(),
        state: z.enum(['searching', 'polling', 'listening']),
        groups: z.record(z.string(), polling),
      }),
    ),
    health: z.record(z.string(), health),
    raw_port: z.object({ listening: z.string(), passed: z.number(), refused: z.number() }).optional(),
  }),
);

export const frame = named<ApiFrame>()(
  'Frame',
  z.object({
    frame: z.string(),
    protocol: z.string().optional(),
    device: z.string().optional(),
    kind: z.string().optional(),
    direction: z.enum(['request', 'reply']).optional(),
    address: z.number().optional(),
    verdict: verdict,
    unverified: z.boolean().optional(),
    message: z.string().optional(),
    values: z.record(z.string(), value).optional(),
    bytes: z.string(),
    parts: z.array(
      z.object({
        start: z.number(),
        end: z.number(),
        path: z.string(),
        title: z.string().optional(),
        quantity: quantityName.optional(),
        value: value.optional(),
        problem: z.string().optional(),
      }),
    ),
  }),
);

export const utterance = named<ApiUtterance>()(
  'Utterance',
  z.object({
    number: z.number(),
    at: instant,
    direction: z.enum(['>', '<']),
    pause: z.number(),
    bytes: z.string(),
    frames: z.array(frame),
  }),
);

export const proposal = named<ApiProposal>()(
  'Proposal',
  z.object({
    token: z.string(),
    member: z.string(),
    field: z.string(),
    value,
    frame: z.string(),
    risk,
    remark: z.string().optional(),
    until: instant,
  }),
);

export const writeReport = named<ApiWriteReport>()(
  'WriteReport',
  z.object({
    field: z.string(),
    requested: value,
    before: z.record(z.string(), value),
    after: z.record(z.string(), value),
    acknowledgement: z.string().optional(),
    outcome: z.enum(['confirmed', 'shown']),
  }),
);

export const output = named<ApiOutput>()(
  'Output',
  z.object({
    name: z.string(),
    type: z.string(),
    state: z.enum(['delivering', 'waiting', 'failing', 'off']),
    backlog: z.number(),
    oldest: instant.optional(),
    delivered: z.number(),
    quarantined: z.number(),
    trouble: z.object({ code: faultCode, message: z.string(), at: instant }).optional(),
    next_attempt: instant.optional(),
  }),
);

const registers = z.object({ total: z.number(), tariffs: z.array(z.number()) });

const profileDay = z
  .object({
    date: z.string(),
    schedule: z.object({ schedule: z.union([z.number(), z.string()]), because: z.string() }),
    spans: z.array(z.object({ from: z.number(), to: z.number(), tariff: z.number() })),
    minutes: z.number(),
    slots: z.array(
      z.object({
        from: z.number(),
        to: z.number(),
        power: z.number(),
        energy: z.number().openapi({ description: 'Watt-minutes' }),
        tariffs: z.array(z.number()),
        marks: z.array(z.enum(['gap', 'clock'])),
      }),
    ),
    opening: registers.optional(),
    closing: registers.optional(),
    outcome: z.enum(['reconciled', 'mismatch', 'open']),
    difference: registers.optional(),
    tolerance: z.number(),
  })
  .openapi('ProfileDay');

const failed = error.extend({ what: z.literal('error') });

export const profileEvent = named<ApiProfileEvent>()(
  'ProfileEvent',
  z.union([
    z.object({ what: z.literal('day'), day: profileDay, done: z.number(), total: z.number() }),
    z.object({ what: z.literal('end'), days: z.array(profileDay) }),
    failed,
  ]),
);

const scanHit = z
  .object({
    link: z.string(),
    line: z.string(),
    device: z.string(),
    title: z.string(),
    protocol: z.string(),
    address: z.number(),
    model: z.string().optional(),
  })
  .openapi('ScanHit');

export const scanEvent = named<ApiScanEvent>()(
  'ScanEvent',
  z.union([
    z.object({
      what: z.literal('step'),
      text: z.string(),
      done: z.number().optional(),
      total: z.number().optional(),
    }),
    z.object({ what: z.literal('hit'), hit: scanHit }),
    z.object({ what: z.literal('end'), hits: z.array(scanHit), yaml: z.string() }),
    failed,
  ]),
);

export const probe = named<ApiProbe>()(
  'Probe',
  z.object({
    member,
    line: z.string(),
    model: z.string().optional(),
    serial_number: z.string().optional(),
    at: instant,
    values: z.record(key, values),
    faults: z.record(key, z.object({ code: faultCode, message: z.string(), hint: z.string().optional() })),
    shared: z.string().optional(),
  }),
);

export const port = named<ApiPort>()(
  'Port',
  z.object({
    path: z.string(),
    by_id: z.string().optional(),
    manufacturer: z.string().optional(),
    product: z.string().optional(),
    serial_number: z.string().optional(),
    allowed: z.boolean(),
    used_by: z.string().optional(),
    hint: z.string().optional(),
  }),
);

export const config = named<ApiConfig>()(
  'Config',
  z.object({
    text: z.string(),
    parsed: z.unknown(),
    writable: z.boolean(),
    hint: z.string().optional(),
  }),
);

export const configApplied = named<ApiConfigApplied>()(
  'ConfigApplied',
  z.object({
    started: z.array(z.string()),
    stopped: z.array(z.string()),
    untouched: z.array(z.string()),
  }),
);

/** What `busbar read --json` prints. */
export const reading = z
  .object({
    device: z.object({ id: z.string(), address: z.number() }),
    at: z.string().openapi({ format: 'date-time' }),
    faults: z
      .record(z.string(), z.object({ code: faultCode, message: z.string() }))
      .optional()
      .openapi({ description: 'Groups that failed' }),
  })
  .catchall(z.record(z.string(), value))
  .openapi('Reading', { description: 'What busbar read --json prints: groups stand at the top level' });
