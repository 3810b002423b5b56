import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER, LOOPBACK, testGateway } from '../../../test/http/gateway.ts';
import { type RunningApi, startApi } from './server.ts';

const PAGE = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const COMMANDS = [...PAGE.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) =>
  block.split('\n').filter((line) => line.startsWith('curl ')),
);
const hasCurl = await new Promise<boolean>((resolve) =>
  execFile('curl', ['--version'], (error) => resolve(error === null)),
);

/** The commands of the page, run as they stand. Those that never end are given a moment. */
describe.skipIf(!hasCurl)('docs/api.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-api-docs-'));
  let api: RunningApi | undefined;
  beforeAll(async () => {
    const world = testGateway();
    world.measure({ voltage: 12.6 });
    await world.say('<', ANSWER);
    const quiet = (): void => undefined;
    api = await startApi(world.gateway, {
      ...LOOPBACK,
      clock: world.clock,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      password: 'correct horse',
      token: 'a-token-of-programs',
      schema: () => ({}),
      ports: () => Promise.resolve([]),
      scan: () => Promise.resolve({ hits: [], yaml: '' }),
      config: {
        text: () => Promise.resolve({ text: '', parsed: {}, etag: 'v1' }),
        check: () => Promise.resolve([]),
        save: () =>
          Promise.resolve({
            outcome: 'applied',
            etag: 'v2',
            applied: { started: [], stopped: [], untouched: [] },
          }),
      },
    });
  });
  afterAll(async () => {
    await api?.close();
    rmSync(folder, { recursive: true });
  });

  it('has commands', () => {
    expect(COMMANDS.length).toBeGreaterThan(25);
  });

  it.each(COMMANDS)('%s', async (command) => {
    const login = /-b jar|-c jar|Authorization/.test(command)
      ? ''
      : "-H 'Authorization: Bearer a-token-of-programs'";
    const run = command
      .replaceAll('http://127.0.0.1:8420/', api?.url ?? '')
      .replace(
        'curl ',
        `curl -sS --fail-with-body ${command.includes(' -N ') ? '--max-time 1' : ''} ${login} `,
      );
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile('sh', ['-c', run], { cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
      );
    });
    // 28: the moment is over.
    expect(command.includes(' -N ') ? [0, 28] : [0], output).toContain(code);
    if (command.includes('/live')) expect(output).toMatch(/^(event: state|: listening)$/m);
  });
});
