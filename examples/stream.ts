/**
 * Follows a battery and prints a line a second, five in all. Asks only when no display asks already.
 *
 *     node examples/stream.ts tcp://192.168.2.22:9999
 */
import { format, openLine } from 'busbar';

const line = openLine(process.argv[2] ?? '/dev/ttyUSB0');
const shunt = await line.device('juntek-kg');
let count = 0;
for await (const { at, groups, faults } of shunt.follow({ mode: 'auto', groups: ['measured'] })) {
  const { voltage, current } = groups.measured ?? {};
  const trouble = Object.values(faults)[0];
  console.log(
    new Date(at).toISOString(),
    trouble?.message ?? format(voltage, 'voltage'),
    format(current, 'current'),
  );
  if (++count === 5) break;
}
await line.close();
