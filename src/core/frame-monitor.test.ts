import { describe, expect, it } from 'vitest';
import { ascii, text } from '../core/bytetext.ts';
import { frameMonitor } from './frame-monitor.ts';

function world() {
  let now = 0;
  const monitor = frameMonitor({ now: () => now, date: () => 1_000_000 + now });
  const note = (at: number, direction: '>' | '<', bytes: string): void => {
    now = at;
    monitor.note(direction, ascii(bytes));
  };
  const shown = (at: number): string[] => {
    now = at;
    return monitor
      .recent()
      .map((one) => `${one.at - 1_000_000} +${one.pause} ${one.direction} ${text(one.bytes)}`);
  };
  return { monitor, note, shown };
}

describe('the frames of a line', () => {
  it('are cut where the direction changes and where the line is silent', () => {
    const { note, shown } = world();
    note(10, '>', ':R50=1,2,1,');
    note(30, '<', ':r50');
    note(45, '<', '=1,');
    note(200, '<', 'late');
    // What may still go on is not shown, until 40 ms of silence have passed.
    expect(shown(210)).toEqual(['10 +10 > :R50=1,2,1,', '30 +20 < :r50=1,']);
    expect(shown(241)).toEqual(['10 +10 > :R50=1,2,1,', '30 +20 < :r50=1,', '200 +155 < late']);
  });

  it('keep the newest 256', () => {
    const { note, shown } = world();
    for (let index = 0; index < 500; index++) note(index * 100, '<', String(index));
    const all = shown(60_000);
    expect(all).toHaveLength(256);
    expect(all[0]).toContain(' < 244');
    expect(all.at(-1)).toContain(' < 499');
  });

  it('are cut at 2 kB, whatever the line does', () => {
    const { monitor, note, shown } = world();
    for (let index = 0; index < 100; index++) note(index, '<', 'x'.repeat(100));
    shown(200);
    const lengths = monitor.recent().map(({ bytes }) => bytes.length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(10_000);
    expect(Math.max(...lengths)).toBeLessThan(2_048 + 100);
  });

  it('keep 16 kB of long ones', () => {
    const { monitor, note, shown } = world();
    for (let index = 0; index < 20; index++)
      note(index * 100, '<', String.fromCharCode(65 + index).repeat(1_000));
    shown(10_000);
    const kept = monitor.recent();
    // 16,384 bytes hold 16 whole ones of 1,000.
    expect(kept.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, index) => index + 5));
    expect(
      kept.every(
        ({ number, bytes }) => bytes.length === 1_000 && bytes.every((byte) => byte === 64 + number),
      ),
    ).toBe(true);
  });

  it('are told to whoever watches, until that ends', () => {
    const { monitor, note } = world();
    const seen: number[] = [];
    const end = monitor.watch(({ number }) => seen.push(number));
    note(0, '>', 'a');
    note(1, '<', 'b');
    note(2, '>', 'c');
    end();
    note(3, '<', 'd');
    expect(seen).toEqual([1, 2]);
  });
});
