import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/store/engine.ts';
import { FOREVER } from './fixture.ts';

const ROUNDS = 200;
const root = mkdtempSync(join(tmpdir(), 'busbar-kill-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

// One file each for the program and its thread, as JavaScript: reading a hundred TypeScript files at each of so many
// starts would take longer than all the rest.
const input = {
  writer: fileURLToPath(new URL('writer.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../../src/store/worker.ts', import.meta.url)),
};
beforeAll(() =>
  build({
    ...{ configFile: false, logLevel: 'error' },
    build: {
      ssr: true,
      outDir: join(root, 'built'),
      rolldownOptions: { input, output: { entryFileNames: '[name].js' } },
    },
  }),
);

/** Runs a writer and kills it after so many acknowledgements. Gives the sequence acknowledged last, and what it complained of. */
function killed(path: string, after: number): Promise<{ acknowledged: number; complaints: string[] }> {
  const writer = spawn(process.execPath, [join(root, 'built', 'writer.js'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let count = 0;
  writer.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    count += more.split('acknowledged').length - 1;
    if (count >= after) writer.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    writer.once('error', reject);
    writer.once('close', () => {
      const whole = text.split('\n').slice(0, -1); // the last line may be cut
      const acknowledged = whole.flatMap((line) =>
        line.startsWith('acknowledged ') ? Number(line.slice(13)) : [],
      );
      const complaints = whole.filter((line) => !/^(acknowledged|opened) \d+$/.test(line));
      resolve({ acknowledged: Math.max(0, ...acknowledged), complaints });
    });
  });
}

function looking<T>(path: string, look: (engine: Engine) => T): T {
  const engine = openEngine({ path, retention: FOREVER, timezone: 'UTC', report: () => undefined });
  try {
    return look(engine);
  } finally {
    engine.close();
  }
}

describe('a gateway that is killed while it writes', () => {
  it(`has everything that it acknowledged, ${ROUNDS} times over, and its totals with it`, async () => {
    const lanes = ['one.db', 'two.db'].map(async (name) => {
      const path = join(root, name);
      let total = 0;
      for (let round = 0; round < ROUNDS / 2; round++) {
        // Sometimes at the first commit, sometimes in the middle of many.
        const { acknowledged, complaints } = await killed(path, 1 + (round % 7) * 3);
        expect(complaints).toEqual([]);
        // Every fifth time the next writer meets what the kill has left; else it is looked at in between.
        if (round % 5 === 4) continue;
        looking(path, (engine) => {
          const newest = engine.newest();
          expect(newest).toBeGreaterThanOrEqual(acknowledged);
          const remembered = engine.ask(({ journal }) => Number(journal.remembered('total')));
          expect(remembered).toBe(newest); // never ahead of its snapshots, never behind
          expect(remembered).toBeGreaterThanOrEqual(total);
          total = remembered;
          const tail = engine.ask(({ journal }) => journal.read(newest - 100, 200));
          expect(tail.map(({ sequence }) => sequence)).toEqual(
            tail.map((_, index) => newest - tail.length + 1 + index),
          );
        });
      }
      looking(path, (engine) => {
        expect(engine.check()).toEqual({ ok: true, problems: [] });
        const all = engine.ask(({ journal }) => journal.read(0, 10_000_000));
        expect(all).toHaveLength(engine.newest());
        all.forEach((entry, index) => {
          const number = index + 1;
          expect(entry).toStrictEqual({
            sequence: number,
            what: 'snapshot',
            snapshot: {
              ...{ device: 'shunt', group: 'measured', at: number, kind: 'live' },
              values: { number, packs: [{ address: 2, cell_voltages: [3.3, null, 3.31] }], output: 'on' },
            },
          });
        });
      });
    });
    await Promise.all(lanes);
  }, 180_000);
});
