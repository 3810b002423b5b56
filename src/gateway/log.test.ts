import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../core/virtual-clock.ts';
import { logFile, textLog } from './log.ts';

describe('the log', () => {
  it('says time, level, part and text, up to its level', () => {
    const lines: string[] = [];
    const log = textLog({ level: 'info', clock: virtualClock(), write: (line) => lines.push(line) });
    log.part('shed').warn('the line is silent');
    log.part('shed').debug('bytes');
    expect(lines).toEqual(['2026-01-01T00:00:00.000Z warn  shed: the line is silent\n']);
  });

  it('counts what is said again within a minute', async () => {
    const lines: string[] = [];
    const clock = virtualClock();
    const log = textLog({ level: 'info', clock, write: (line) => lines.push(line.slice(25).trim()) });
    const shed = log.part('shed');
    // Once a second for two minutes: said at 0, counted from 1 to 59 s, and from 60 s on for the next two minutes.
    for (let second = 0; second <= 120; second++) {
      shed.warn('silent');
      await clock.advance(1000);
    }
    log.flush();
    expect(lines).toEqual([
      'warn  shed: silent',
      'warn  shed: silent (59 more times)',
      'warn  shed: silent (61 more times)',
    ]);
  });

  it('says trouble that lasts ever more seldom, and anew after a pause', async () => {
    const lines: string[] = [];
    const clock = virtualClock();
    const log = textLog({ level: 'info', clock, write: (line) => lines.push(line.slice(25).trim()) });
    const shed = log.part('shed');
    // Once a minute for a day: told after 1, 2, 4 ... 60 minutes, so 6 times in the first hour, then once an hour.
    for (let minute = 0; minute < 1440; minute++) {
      shed.warn('silent');
      await clock.advance(60_000);
    }
    expect(lines.length).toBeGreaterThan(24);
    expect(lines.length).toBeLessThan(35);
    await clock.advance(3 * 3_600_000);
    shed.warn('the next');
    shed.warn('silent');
    expect(lines.at(-1)).toBe('warn  shed: silent');
  });

  it('fills two files at most', () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-'));
    const path = join(folder, 'busbar.log');
    const write = logFile(path, 100);
    for (let line = 10; line < 50; line++) write(`line ${line}\n`); // 8 bytes each: 12 lines a file
    // 40 lines are 3 full files and 4 lines: lines 22 to 33 and 34 to 45 went, 46 to 49 are the newest.
    expect(readFileSync(path, 'utf8')).toBe('line 46\nline 47\nline 48\nline 49\n');
    expect(readFileSync(`${path}.1`, 'utf8').split('\n')[0]).toBe('line 34');
    rmSync(folder, { recursive: true });
  });
});
