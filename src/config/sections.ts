import * as z from 'zod';
import {
  BETWEEN,
  duration,
  flag,
  hostName,
  ip,
  keep,
  listening,
  members,
  name,
  path,
  pem,
  price,
  secret,
  size,
  text,
  whole,
  word,
} from './scalars.ts';

/** How history is kept. */
export const historySchema = z.strictObject({
  path: path('File of the database; `:memory:` keeps nothing').default('./data/busbar.db'),
  raw: keep('How long readings are kept as they came').prefault('30d'),
  minutes: keep('... condensed to minutes').prefault('1y'),
  quarters: keep('... to quarter hours').prefault('5y'),
  hours: keep('... to hours; also events and what devices recorded themselves').prefault('forever'),
  days: keep('... to days').prefault('forever'),
  size: size('Most that the database may take; the oldest goes first, and is counted', 10e6).exactOptional(),
  flush: duration(
    'Time over which readings are gathered for one write; more spares an SD card',
    '100ms',
    '10m',
  ).prefault('1s'),
});

/** How API and screens are served. */
export const httpSchema = z.strictObject({
  listen: listening('Address and port; others than loopback need a password or token').prefault(
    '127.0.0.1:8420',
  ),
  password: secret('Password of people').exactOptional(),
  token: secret('Token of programs: `Authorization: Bearer ...`').exactOptional(),
  base_path: z
    .string()
    .regex(/^(\/[\w.-]+)*$/, 'a path such as /busbar, without a slash at the end')
    .describe('Path in front of everything, behind a reverse proxy')
    .default(''),
  tls: z
    .strictObject({
      cert: pem('Certificate with its chain: a PEM file'),
      key: pem('Private key: a PEM file', true),
    })
    .describe('Serve HTTPS')
    .exactOptional(),
  hosts: z
    .array(hostName('Name'))
    .describe('Names under which it is called, besides addresses, localhost and the name of the machine')
    .default([]),
  trusted_proxies: z
    .array(ip('IP address'))
    .describe('Reverse proxies whose X-Forwarded headers are believed')
    .default([]),
  ingress: z
    .array(ip('IP address'))
    .describe(
      "Proxies that have logged people in themselves: 172.30.32.2 is Home Assistant's; no login is asked there",
    )
    .default([]),
});

/** What is said while the gateway runs. */
export const logSchema = z.strictObject({
  level: word('How much is said', ['debug', 'info', 'warn', 'error']).default('info'),
  file: path('File to write to; left out: standard error').exactOptional(),
});

const TARIFF = /^t([1-8])$/;
const CLOCK = /^([01]\d|2[0-4]):([0-5]\d)$/;

const clock = (says: string) =>
  z
    .string()
    .refine((typed) => CLOCK.test(typed) && typed <= '24:00', 'a time of day such as 23:00')
    .transform((typed) => Number(typed.slice(0, 2)) * 60 + Number(typed.slice(3)))
    .describe(says);

const ruleSchema = z
  .strictObject({
    tariff: z
      .string()
      .regex(TARIFF, 't1 to t8')
      .transform((typed) => Number(typed.slice(1)))
      .describe('Tariff in force: t1 to t8'),
    months: z
      .array(whole('Month', 1, 12))
      .min(1)
      .describe('Only in these months, 1 to 12')
      .exactOptional(),
    weekdays: z
      .array(z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']))
      .min(1)
      .describe('Only on these days')
      .exactOptional(),
    dates: z
      .array(
        z
          .string()
          .regex(
            /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
            "a date: '2026-12-25', or '12-25' for every year",
          ),
      )
      .min(1)
      .describe("Only on these dates: '2026-12-25', or '12-25' for every year")
      .exactOptional(),
    from: clock('From this time of day').exactOptional(),
    to: clock('... to this one, which may be on the next day').exactOptional(),
  })
  .describe('All that is said must hold; the first rule that fits counts');

const TARIFFS = ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8'] as const;

/** What energy costs; the output is what the tariff code takes (`TariffSettings`). */
export const tariffsSchema = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'a code of three letters such as EUR')
      .describe('Currency: EUR'),
    t1: price('Price of a kWh of the first tariff'),
    t2: price('... of the second').exactOptional(),
    t3: price('... of the third').exactOptional(),
    t4: price('... of the fourth').exactOptional(),
    t5: price('... of the fifth').exactOptional(),
    t6: price('... of the sixth').exactOptional(),
    t7: price('... of the seventh').exactOptional(),
    t8: price('... of the eighth').exactOptional(),
    plan: z
      .array(ruleSchema)
      .min(1)
      .describe("When which tariff holds; left out: the meter's own registers tell")
      .exactOptional(),
  })
  .superRefine((tariffs, context) => {
    const missing = TARIFFS.findIndex((tariff) => tariffs[tariff] === undefined);
    const count = missing < 0 ? TARIFFS.length : missing;
    for (const tariff of TARIFFS.slice(count).filter((one) => tariffs[one] !== undefined))
      context.addIssue({
        code: 'custom',
        params: BETWEEN,
        path: [tariff],
        message: `t${count + 1} before ${tariff}`,
      });
    for (const [index, rule] of (tariffs.plan ?? []).entries())
      if (rule.tariff > count)
        context.addIssue({
          code: 'custom',
          params: BETWEEN,
          path: ['plan', index, 'tariff'],
          message: `a tariff with a price: ${TARIFFS.slice(0, count).join(', ')}`,
        });
  })
  .transform(({ currency, plan, ...prices }) => ({
    currency,
    /** Millionths of the currency for a kWh; the first is T1. */
    prices: TARIFFS.flatMap((tariff) => prices[tariff] ?? []),
    ...(plan === undefined ? {} : { plan }),
  }));

/** What people are told of. */
export const alarmSchema = z.strictObject({
  name: name('Name of the alarm; left out: the condition').exactOptional(),
  when: text('Condition: `rack.cell_voltage_spread > 0.1 for 5m`'),
  for: duration('How long it must hold; the same as `for` behind the condition', '1s', '30d').exactOptional(),
  clear: text('Condition that ends it; left out: when the first no longer holds').exactOptional(),
  say: text('What to tell people; left out: the condition').exactOptional(),
  severity: word('How much it wants attention', ['info', 'warning', 'critical']).default('warning'),
});

/** A rule as configured. */
export type AlarmConfig = z.output<typeof alarmSchema>;

/** Several batteries or meters shown as one. */
export const batterySchema = z.strictObject({
  title: text('What people call it; left out: the name').exactOptional(),
  members: members('Devices that are summed; a battery that two devices measure stands here once'),
  partial: flag('Show the sum of those that are there although others are away').default(true),
});

/** How energy is counted from power. */
export const energySchema = z.strictObject({
  patience: whole(
    'Periods without a reading after which the time between counts as unknown',
    2,
    1000,
  ).default(5),
});
