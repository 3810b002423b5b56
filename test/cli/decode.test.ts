import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { busbar, start } from './harness.ts';

/** KG140F, juntek_kg README. */
const GOOD = ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,';
/** The example of both manuals; the rule gives 212 (17806 mod 255 = 211, + 1). */
const MISPRINT = ':r51=1,211,3000,100,2000,2000,10000,151,10,7,200,120,90,101,0,0,2,12,13,';

function entries(stdout: string): Record<string, unknown>[] {
  return JSON.parse(stdout) as Record<string, unknown>[];
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex').replace(/../g, '$& ').trim();
}

describe('busbar decode', () => {
  const expected = {
    frame: GOOD,
    protocol: 'juntek',
    device: 'juntek-kg',
    kind: 'measured',
    direction: 'reply',
    address: 1,
    verdict: 'ok',
  };

  it.each([
    ['text', GOOD],
    ['text with escapes', `${GOOD}\\r\\n`],
    ['quoted text', `"${GOOD}\\x0D\\x0A"`],
    ['hex pairs', hexOf(`${GOOD}\r\n`)],
  ])('takes a frame as %s', async (_, frame) => {
    const { code, stdout } = await busbar('decode', '--json', frame);
    expect(code).toBe(0);
    expect(entries(stdout)).toHaveLength(1);
    expect(entries(stdout)[0]).toMatchObject(expected);
    // 54.10 A charging at 53.66 V: 2903.006 W (54.1 x 53.66)
    expect(entries(stdout)[0]?.values).toMatchObject({
      voltage: 53.66,
      current: 54.1,
      power: 2903.006,
      output: 'on',
    });
  });

  it('refuses a misprinted frame, says why, gives no values, and exits with 1', async () => {
    const { code, stdout } = await busbar('decode', '--json', MISPRINT);
    expect(code).toBe(1);
    expect(entries(stdout)).toEqual([
      {
        frame: MISPRINT,
        protocol: 'juntek',
        verdict: 'checksum',
        message: 'check sum 211, but the values make 212',
      },
    ]);
  });

  it('reads a whole log with requests, noise and broken lines from standard input', async () => {
    const log = `:R50=1,\n${GOOD}\n\n%%%\n${MISPRINT}\n:R51=01.\\r\\n\n`;
    const { code, stdout } = await start(['decode', '--json', '-'], log).done;
    expect(code).toBe(1);
    expect(entries(stdout).map(({ verdict, direction, kind }) => [verdict, direction, kind])).toEqual([
      ['ok', 'request', 'measured'],
      ['ok', 'reply', 'measured'],
      ['noise', undefined, undefined],
      ['checksum', undefined, undefined],
      ['ok', 'request', 'configured'],
    ]);
  });

  it('reads a log in which several protocols stand', async () => {
    const pylontech = '~20024642E00202FD33'; // a request for the values of pack 2; its sum is worked out in the manual
    const { code, stdout } = await busbar('decode', '--json', pylontech, GOOD, `${pylontech}\\r`);
    expect(code).toBe(0);
    expect(entries(stdout).map(({ protocol, kind }) => [protocol, kind])).toEqual([
      ['ydt1363', 'analog'],
      ['juntek', 'measured'],
      ['ydt1363', 'analog'],
    ]);
  });

  it('names line and column of what it cannot read in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busbar-decode-'));
    const file = join(folder, 'log.txt');
    writeFileSync(file, `${GOOD}\n:r50=\\q\n`);
    const { code, stderr } = await busbar('decode', file);
    rmSync(folder, { recursive: true });
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:2: bad escape '\\q' at column 6`);
  });

  it('explains each part with its place in the line', async () => {
    const { stdout } = await busbar('decode', GOOD);
    // ':r50=1,220,' is 11 characters long, so the voltage stands at 11..15.
    expect(stdout).toMatch(/11\.\.15 +5366, +Voltage +53\.66 V/);
    expect(stdout).toMatch(/57\.\.58 +1, +Direction +charging/);
    expect(stdout).toMatch(/= +Current +54\.10 A/);
  });

  it('says so when there is nothing to decode', async () => {
    const { code, stderr } = await start(['decode'], '').done;
    expect(code).toBe(2);
    expect(stderr).toContain('nothing to decode');
  });
});
