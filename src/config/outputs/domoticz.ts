import * as z from 'zod';
import { BETWEEN, duration, flag, secret, text, url, whole } from '../scalars.ts';
import { COMMON, tls } from './common.ts';

/** Domoticz, by its JSON interface or by MQTT. */
export const domoticzSchema = z
  .strictObject({
    type: z.literal('domoticz'),
    ...COMMON,
    url: url('Domoticz (http, https), or the broker it listens to (mqtt, mqtts)', [
      'http',
      'https',
      'mqtt',
      'mqtts',
    ]),
    username: text('User').exactOptional(),
    password: secret('Password').exactOptional(),
    token: secret('Token instead of a password').exactOptional(),
    tls,
    topic: text('By MQTT: topic that Domoticz listens to').default('domoticz/in'),
    sensors: z
      .record(z.string(), whole('idx', 1, 1_000_000_000))
      .describe(
        'idx by series: { rack.analog.soc: 12 }; rack.alarm is the alert of a device, meter.profile.energy its load profile',
      )
      .default({}),
    create: flag('Create sensors that are missing (http only; needs an administrator)').default(false),
    hardware: text('Name of the hardware under which they are created').default('busbar'),
    every: duration('Send changes at most once in', '1s', '1h').prefault('10s'),
    resend: duration('Send unchanged values again after', '10s', '1d').prefault('5m'),
  })
  .superRefine(({ url: to, create, sensors }, context) => {
    if (create && to.startsWith('mqtt'))
      context.addIssue({
        code: 'custom',
        params: BETWEEN,
        path: ['create'],
        message: 'an http URL: sensors cannot be created by MQTT',
      });
    if (!create && Object.keys(sensors).length === 0)
      context.addIssue({ code: 'custom', path: ['sensors'], message: 'sensors, or create: true' });
  });
