/**
 * A gateway that writes as fast as it can and says what was acknowledged, until it is killed: for kill.test.ts.
 * Its energy total is written together with the snapshots that it belongs to.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/index.ts';
import { systemClock } from '../../src/node/clock-node.ts';
import { FOREVER } from './fixture.ts';

const say = (text: string): void => {
  try {
    writeSync(1, `${text}\n`); // at once: what stands in a buffer would be lost with the process
  } catch (error) {
    // Nobody reads as fast: what was not said counts as not acknowledged.
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
  }
};
const log = { debug: say, info: say, warn: say, error: say };

const store = await openStore({
  ...{ path: process.argv[2] ?? '', retention: FOREVER, timezone: 'UTC', clock: systemClock, flush: 0, log },
});
say(`opened ${store.newest()}`);
for (let number = store.newest() + 1; ; number += 5) {
  const items = [0, 1, 2, 3, 4].map((index) => ({
    what: 'snapshot' as const,
    snapshot: {
      ...{ device: 'shunt', group: 'measured', at: number + index, kind: 'live' as const },
      values: {
        number: number + index,
        packs: [{ address: 2, cell_voltages: [3.3, null, 3.31] }],
        output: 'on',
      },
    },
  }));
  void store.append(items, { memory: { total: String(number + 4) } }).then((sequences) => {
    say(`acknowledged ${sequences.at(-1)}`);
  });
  await new Promise((resolve) => setTimeout(resolve, 1));
}
