import { afterEach, beforeEach, expect, it } from 'vitest';
import { tcpListenLink } from '../../src/node/tcp-listen.ts';
import { busbar, type Running, start } from './harness.ts';

/** Three converters that call one port; commands find theirs by the serial number of the meter behind. */

let port = 0;
let converters: Running[] = [];

beforeEach(async () => {
  const link = tcpListenLink({ bind: '127.0.0.1', port: 0, allow: [] });
  port = await link.listening();
  await link.shut();
  const converter = (serial: string, ...more: string[]): Running =>
    start([
      ...['simulate', 'neva-mt3xx', '--dial', `tcp://127.0.0.1:${port}`],
      ...['--obis', `60.01.00*FF:${serial}`, ...more],
    ]);
  converters = [
    converter('11111111'),
    converter('22222222', '--preamble', 'version:1.0\\n'),
    converter('33333333', '--address', '33'),
  ];
});

afterEach(async () => {
  for (const one of converters) one.interrupt();
  await Promise.all(converters.map(({ done }) => done));
});

it('read, watch, profile and obis find their meter by its serial number', async () => {
  const link = `tcp-listen://127.0.0.1:${port}?serial=22222222`;
  const obis = await busbar('obis', link, 'get', '60.01.00*FF');
  expect(obis).toMatchObject({ code: 0, stdout: '60.01.00*FF\t22222222\n' });
  const read = await busbar('read', link, '-d', 'neva', '-g', 'identity');
  expect(JSON.parse(read.stdout)).toMatchObject({ identity: { serial_number: '22222222' } });
  const profile = await busbar('profile', link, '-d', 'neva-mt3xx', '--days', '1', '--json');
  expect(profile.code).toBe(0);
  expect(JSON.parse(profile.stdout)).toMatchObject({
    days: [{ outcome: 'reconciled' }, { outcome: 'open' }],
  });
  const watch = start(['watch', link, '-d', 'neva-mt3xx', '-g', 'identity', '--jsonl']);
  await watch.says('"serial_number":"22222222"');
  watch.interrupt();
  expect((await watch.done).code).toBe(0);
  const addressed = await busbar(
    ...[
      'obis',
      `tcp-listen://127.0.0.1:${port}?serial=33333333`,
      'get',
      '60.01.00*FF',
      '--address',
      '00000033',
    ],
  );
  expect(addressed).toMatchObject({ code: 0, stdout: '60.01.00*FF\t33333333\n' });
}, 120_000);

it('a number that no meter has ends in time, with a number that is there', async () => {
  const link = `tcp-listen://127.0.0.1:${port}?serial=77777777`;
  const { code, stderr } = await busbar(
    'obis',
    link,
    'get',
    '60.01.00*FF',
    '--timeout',
    '8',
    '--log-level',
    'info',
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/serial number (11111111|22222222|33333333), which no link expects/);
}, 60_000);
