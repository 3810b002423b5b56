import * as z from 'zod';
import { FORMATS } from '../core/line.ts';
import { deviceSchema, modeSchema } from './device.ts';
import { flag, listening, name, text, whole, word } from './scalars.ts';

/** A line with devices on it. */
export const busSchema = z
  .strictObject({
    name: name('Unique among the buses'),
    link: text(
      'Where the bytes are: /dev/serial/by-id/..., COM4, tcp://host:port, tcp-listen://port, rfc2217://host:port',
    ),
    line: z
      .strictObject({
        baud: whole('Bits a second', 50, 4_000_000).exactOptional(),
        format: word('Data bits, parity, stop bits', FORMATS).exactOptional(),
      })
      .describe('Line settings; what is left out is that of the devices, and what the link says goes first')
      .exactOptional(),
    mode: modeSchema.describe('How devices are read that do not say it themselves').default('poll'),
    raw_port: z
      .strictObject({
        listen: listening('Address and port'),
        writes: flag('Let requests pass that are not known to be read-only').default(false),
      })
      .describe('TCP port through which foreign programs use the line beside us')
      .exactOptional(),
    devices: z.array(deviceSchema).min(1, 'at least one device').describe('What answers there'),
  })
  .transform(({ mode, devices, ...bus }) => ({
    ...bus,
    devices: devices.map((device) => ({ ...device, mode: device.mode ?? mode })),
  }));

/** A bus as configured. */
export type BusConfig = z.output<typeof busSchema>;

/** A device as configured; its mode is that of the bus where it has none of its own. Times in milliseconds. */
export type DeviceConfig = BusConfig['devices'][number];
