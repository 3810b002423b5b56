import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '..');

test('the examples of the README print what it says', async () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const work = mkdtempSync(join(tmpdir(), 'busbar-readme-'));
  try {
    const examples = [...readme.matchAll(/```ts\n\/\/ example: (\S+)\n(.*?)```/gs)];
    expect(examples.map(([, name]) => name)).toEqual(['read.ts', 'play.ts']);
    for (const [, name = '', code = ''] of examples) {
      const here = code.replace(
        /'busbar\/([a-z0-9]+)'/g,
        (_, entry: string) => `'${pathToFileURL(join(SOURCES, entry, 'index.ts')).href}'`,
      );
      writeFileSync(join(work, name), here);
    }
    const { stdout } = await promisify(execFile)(process.execPath, [join(work, 'read.ts')], { cwd: work });
    const printed = /It prints:\n\n```text\n(.*?)```/s.exec(readme)?.[1];
    expect(stdout).toBe(printed);
  } finally {
    rmSync(work, { recursive: true });
  }
});
