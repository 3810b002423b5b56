/**
 * Reads a battery once and prints its state of charge.
 *
 *     node examples/read-once.ts tcp://192.168.2.22:9999
 */
import { format, openLine } from 'busbar';

const line = openLine(process.argv[2] ?? '/dev/ttyUSB0');
const shunt = await line.device('juntek');
const { groups, faults } = await shunt.read(['measured', 'configured']);
for (const [name, fault] of Object.entries(faults)) console.error(`${name}: ${fault.message}`);
console.log(
  shunt.device.title,
  format(groups.measured?.soc, 'state_of_charge'),
  format(groups.measured?.power, 'power'),
);
await line.close();
