import * as z from 'zod';
import { duration, flag, name, number, secret, text, whole, word } from './scalars.ts';

/** How a line is used: `poll`, `listen` to another master, or find out which of both (`auto`). */
export const modeSchema = word('poll: we ask; listen: another master asks, we only hear; auto: find out', [
  'poll',
  'listen',
  'auto',
]);

/** What is believed of a field; the unit is that of the field. */
const limitsSchema = z
  .strictObject({
    min: z.number().describe('Least value that can be true, in the unit of the field').exactOptional(),
    max: z.number().describe('Greatest value that can be true').exactOptional(),
    rate: z.number().min(0).describe('Greatest change in one second').exactOptional(),
    sum: z
      .number()
      .min(0)
      .describe("Of a pack's voltage: greatest difference from the sum of its cells, in V")
      .exactOptional(),
  })
  .refine((limits) => (limits.min ?? -Infinity) <= (limits.max ?? Infinity), 'min at or below max');

/** A device on a bus. */
export const deviceSchema = z
  .strictObject({
    name: name('Unique on the site; the first part of topics, series and rules'),
    title: text('What people call it; left out: the name').exactOptional(),
    device: text('Id of the device or of its family; `busbar devices` lists them'),
    address: z
      .union([z.number().int().min(0), z.literal('find')])
      .describe("Address on the line, or `find` to look for it; left out: the device's usual one")
      .exactOptional(),
    poll: z
      .record(z.string(), duration('Time between two readings', '100ms', '30d'))
      .describe("Time between two readings by group; groups left out keep the device's own")
      .default({}),
    mode: modeSchema
      .describe('poll: we ask; listen: another master asks, we only hear; auto: find out')
      .exactOptional(),
    packs: z
      .union([z.literal('auto'), z.array(whole('Number of a pack', 0, 255)).min(1)])
      .describe('Packs of a rack: found by asking, or these numbers only')
      .default('auto'),
    password: secret('Password of the device, where it has one; the same as access.password').exactOptional(),
    access: z
      .record(z.string(), secret('Setting').or(z.number().transform(String)))
      .describe('How the device is reached, as `busbar devices ID` lists it')
      .meta({ mark: 'secret' })
      .default({}),
    timing: z
      .strictObject({
        response: duration('Longest wait for the first byte of an answer', '5ms', '1m').exactOptional(),
        attempts: whole('How often a request is made before it counts as failed', 1, 20).exactOptional(),
        gap: duration('Longest silence inside an answer', '1ms', '10s').exactOptional(),
        turnaround: duration('Silence kept before we speak', '0ms', '10s').exactOptional(),
      })
      .describe('How patient we are; what is left out follows from device and line')
      .default({}),
    allow: z
      .array(z.string())
      .describe('What may be written from API, screens and outputs; `busbar devices ID` lists the names')
      .default([]),
    limits: z
      .record(z.string(), limitsSchema)
      .describe('What is believed, by field: `cell_voltages`, `packs.voltage`, `telemetry.voltage`')
      .default({}),
    full_charge: z
      .strictObject({
        voltage: number('Voltage that must be reached, V', 0, 1500),
        current: number('Charging current at or below which the battery counts as full, A', 0, 5000),
        hold: duration('How long both must hold', '1s', '1d').prefault('3m'),
      })
      .describe('Sets 100 % when the battery is full; needs `soc` under `allow`')
      .exactOptional(),
    profile: z
      .strictObject({
        days: whole('Days before today that are read', 0, 127).default(7),
        every: duration('Time between two readings', '10m', '30d').prefault('6h'),
      })
      .describe('Reads the load profile that a meter keeps')
      .exactOptional(),
    serial_number: text('Identity for outputs, where the device tells none or was replaced').exactOptional(),
    simulated: flag('Played by a simulator: marked as such on every screen').default(false),
  })
  .transform(({ password, access, ...device }) => ({
    ...device,
    access: password === undefined ? access : { password, ...access },
  }));
