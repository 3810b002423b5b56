import { list, struct, u8 } from '../../codec/index.ts';
import { field, type FieldInfo } from '../../core/field.ts';
import { together } from '../../core/rack.ts';
import { message, nibbleVersion, padded, surplus, version } from '../../protocols/pylontech/index.ts';

/** 4Fh, 51h, 93h and 96h (RS485 protocol V3.3, chapters 4.1, 4.2, 4.9 and 4.12). */

const text = (title: string, remark?: string): FieldInfo => ({
  title,
  quantity: 'text',
  kind: 'identity',
  ...(remark === undefined ? {} : { remark }),
});
const command = field(u8, { title: 'COMMAND', quantity: 'number', kind: 'raw' });
const tail = field(surplus, { title: 'Unexplained bytes', quantity: 'text', kind: 'raw' });

const protocol = struct({ protocol_version: field(nibbleVersion, text('Protocol version')) });
const manufacturer = struct({
  device_name: field(
    padded(10, '\0'),
    text('Device name', 'Of the master: for other packs it answers with its own.'),
  ),
  software_version: field(version(2), text('Software version', 'Of the master.')),
  manufacturer: field(padded(20, '-'), text('Manufacturer')),
  name_unknown_tail: tail,
});
const serial = struct({
  serial_number: field(padded(16, '\0'), text('Serial number', 'Each pack gives its own.')),
  serial_unknown_tail: tail,
});
const firmware = struct({
  manufacturer_version: field(version(2), text('Version of the manufacturer')),
  main_version: field(version(3), text('Version of the main line')),
  firmware_unknown_tail: tail,
});

export const identity = {
  title: 'Identity',
  packs: 'Packs: identity',
  period: 3600,
  messages: [
    message({
      command: 0x4f,
      what: 'protocol version',
      asks: 'nothing',
      to: 'pack',
      inVer: true,
      body: struct({ packs: list(protocol, 1) }),
    }),
    message({
      command: 0x51,
      what: 'device name',
      asks: 'nothing',
      to: 'master',
      body: struct({ packs: list(manufacturer, 1) }),
    }),
    message({
      command: 0x93,
      what: 'serial number',
      asks: 'pack',
      to: 'pack',
      body: struct({ command, packs: list(serial, 1) }),
    }),
    message({
      command: 0x96,
      what: 'firmware',
      asks: 'pack',
      to: 'pack',
      body: struct({ command, packs: list(firmware, 1) }),
    }),
  ],
  ofPack: {},
  ofRack: {
    device_name: together('packs', 'device_name', 'first', {
      ...text('Device name of the master'),
      role: 'model',
    }),
    manufacturer: together('packs', 'manufacturer', 'first', text('Manufacturer')),
    software_version: together('packs', 'software_version', 'first', {
      ...text('Software version of the master'),
      role: 'firmware',
    }),
    serial_number: together('packs', 'serial_number', 'first', {
      ...text('Serial number of the master'),
      role: 'serial_number',
    }),
    protocol_version: together('packs', 'protocol_version', 'first', text('Protocol version')),
  },
  initial: {
    protocol_version: '2.0',
    device_name: 'US3000',
    software_version: '1.7',
    manufacturer: 'Pylon',
    serial_number: 'SIMULATED0000002',
    manufacturer_version: '2.3',
    main_version: '0.6.5',
  },
};
