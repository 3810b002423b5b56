/**
 * A device of your own on a known protocol is one definition: reading, simulating, explaining and writing follow.
 * This one answers R00 and R50 as a KG does, under another name and with a shorter list of fields.
 *
 *     node examples/own-device.ts tcp://192.168.2.22:9999
 */
import { openLine } from 'busbar';
import { repeated, struct } from 'busbar/codec';
import { field, product } from 'busbar/core';
import { hundredths, juntek, message, number } from 'busbar/protocols/juntek';

const ignored = (most: number) =>
  field(repeated(number, most), { title: 'The rest', quantity: 'number', kind: 'raw' });

const voltmeter = juntek({
  id: 'my-voltmeter',
  title: 'A meter that only tells volts and amperes',
  models: ['VM1'],
  remarks: [],
  groups: {
    info: message({
      read: 0,
      title: 'Identity',
      period: 3600,
      body: struct({
        code: field(number, { title: 'Code', quantity: 'number', kind: 'identity' }),
        rest: ignored(8),
      }),
      derived: {},
      initial: { code: 1, rest: [] },
    }),
    measured: message({
      read: 50,
      title: 'Measurements',
      period: 1,
      body: struct({
        voltage: field(hundredths, { title: 'Voltage', quantity: 'voltage', kind: 'measurement' }),
        current: field(hundredths, { title: 'Current', quantity: 'current', kind: 'measurement' }),
        rest: ignored(32),
      }),
      derived: {
        power: product('voltage', 'current', { title: 'Power', quantity: 'power', kind: 'measurement' }),
      },
      initial: { voltage: 12, current: 1, rest: [] },
    }),
    configured: message({
      read: 51,
      title: 'Settings',
      period: 600,
      body: struct({ rest: ignored(32) }),
      derived: {},
      initial: { rest: [] },
    }),
  },
  writes: {},
});

const line = openLine(process.argv[2] ?? '/dev/ttyUSB0');
const meter = await line.device(voltmeter);
const { groups, faults } = await meter.read(['measured']);
console.log(groups.measured?.power ?? faults.measured?.message);
await line.close();
