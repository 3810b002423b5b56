/**
 * Several devices share one line: they are asked in turn, and a dead one does not hold up the others.
 *
 *     node examples/several-devices.ts tcp://192.168.2.22:9999
 */
import { openLine } from 'busbar';

const line = openLine(process.argv[2] ?? '/dev/ttyUSB0');
const shunts = await Promise.all([line.device('juntek-kg', 1), line.device('juntek-kh', 2)]);
const readings = await Promise.all(shunts.map((shunt) => shunt.read(['measured'])));
for (const [index, { groups, faults }] of readings.entries()) {
  const name = shunts[index]?.name ?? '';
  console.log(name, groups.measured?.voltage ?? faults.measured?.message);
}
console.log('line used', Math.round((line.bus?.health().utilisation ?? 0) * 100), '%');
await line.close();
