import { describe, expect, it } from 'vitest';
import { catalog } from '../devices/index.ts';
import { apiScan } from './api-scan.ts';

const quiet = (): void => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

describe('a search', () => {
  it.each([
    ['tcp://192.0.2.1:9999', 'tcp://192.0.2.1:9999'],
    ['tcp://192.0.2.1:9999?format=7E1', 'tcp://192.0.2.1:9999'],
    ['/dev/busbar-no-such-port', 'serial:/dev/busbar-no-such-port?baud=9600'],
  ])('of %s is refused while %s is polled: two masters garble each other', async (link, polled) => {
    const scan = apiScan(catalog, () => [polled], log);
    const told = { step: quiet, hit: quiet };
    await expect(scan({ links: [link], budget: 1_000 }, told, new AbortController().signal)).rejects.toThrow(
      `${link} is polled by this gateway`,
    );
  });
});
