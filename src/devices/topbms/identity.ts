import { struct } from '../../codec/index.ts';
import {
  clock7,
  type Identity,
  identityText,
  packNumber,
  padded,
  part,
  productInformation,
} from '../../protocols/topbms/index.ts';

/** What a TopBMS says of itself: no answer was ever captured, each command follows the source that it names. */

const texts = (title: string, remark?: string) =>
  ({ title, quantity: 'text', kind: 'identity', ...(remark === undefined ? {} : { remark }) }) as const;

export const identity: Identity = {
  title: 'Identity',
  period: 3600,
  parts: [
    part({
      what: 'Clock',
      command: 0x4d,
      asks: 'nothing',
      body: struct({ time: clock7 }),
      initial: { time: '2026-01-01T00:00:00' },
    }),
    part({
      what: 'Serial number',
      command: 0xe9,
      asks: 'pack',
      variants: ['topbms', 'document'],
      body: struct({
        pack_number: packNumber,
        serial_number: identityText(
          padded(30),
          'Serial number',
          'serial_number',
          'Command E9h, known from one program.',
        ),
      }),
      initial: { pack_number: 1, serial_number: 'SIMULATED 0001' },
    }),
    part({
      what: 'Product information',
      command: 0xf1,
      asks: 'pack',
      timeout: 1200,
      variants: ['topbms', 'document'],
      body: productInformation(
        {
          company: texts('Maker'),
          production_date: texts('Production date'),
          model: { ...texts('Module name'), role: 'model' },
          version: { ...texts('Version'), role: 'firmware' },
          battery_type: texts('Battery type'),
          product_serial: { ...texts('Serial number of the product'), role: 'serial_number' },
          product_remarks: texts('Remarks'),
        },
        {
          name: 'product_information',
          info: texts('Product information as one text', 'The document gives two lengths, 20 and 210 bytes.'),
        },
      ),
      initial: {
        pack_number: 1,
        company: 'busbar',
        production_date: '2026-01-01',
        model: 'SIMULATED 16S150A',
        version: '1.7',
        battery_type: 'LiFePO4',
        product_serial: 'SIMULATED 0001',
        product_remarks: '',
      },
    }),
    part({
      what: 'Maker (Topband)',
      command: 0x51,
      asks: 'nothing',
      plain: true,
      version: 0x21,
      variants: ['topband'],
      body: struct({
        hardware: identityText(padded(20), 'Hardware', undefined, 'Topband only, sent as plain text.'),
        software: identityText(padded(4), 'Software', undefined, 'Topband only.'),
        device_id: identityText(padded(40), 'Device', 'serial_number', 'Topband only.'),
      }),
      initial: { hardware: 'SIMULATED', software: '1.00', device_id: 'SIMULATED 0001' },
    }),
  ],
};
