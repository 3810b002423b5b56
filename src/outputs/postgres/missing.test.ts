import { expect, it, vi } from 'vitest';
import { openDatabase } from './index.ts';

vi.mock('pg', () => {
  throw Object.assign(new Error("Cannot find package 'pg'"), { code: 'ERR_MODULE_NOT_FOUND' });
});

it('says how to get the package where it is missing', async () => {
  const quiet = (): void => undefined;
  const database = openDatabase(
    { url: 'postgres://localhost/x', schema: 's', timescale: 'auto' },
    { info: quiet, warn: quiet },
  );
  await expect(database.about(new AbortController().signal)).rejects.toMatchObject({
    code: 'config',
    hint: 'install it where busbar is: npm install pg',
  });
});
