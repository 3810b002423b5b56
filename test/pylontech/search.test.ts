import { describe, expect, test } from 'vitest';
import { text } from '../../src/core/bytetext.ts';
import { findDevices, type Found } from '../../src/core/find.ts';
import { line } from '../../src/core/line.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { type GroupOnLine, rack } from './rack.ts';

/**
 * Searching at 115200 baud with characters paced and 25 ms from question to answer. Rules of the manual's chapter 2: a
 * group's packs are numbered without gaps from its master on; one group is group 0, several count from 1 on.
 */

async function search(groups: readonly GroupOnLine[], baud = 115200) {
  const clock = virtualClock();
  const asked: number[] = [];
  const { bus, close } = rack(clock, groups, line(baud), (bytes) => {
    asked.push(Number.parseInt(text(bytes).slice(3, 5), 16));
    return true;
  });
  const began = clock.now();
  const found: readonly Found[] = await clock.run(findDevices(bus, pylontech));
  const took = clock.now() - began;
  await clock.run(close());
  return { found, asked, took };
}

const sizes = (found: readonly Found[]): unknown[] =>
  found.map(({ address, units }) => [address, units?.length]);
const group = (number: number, packs: number): GroupOnLine => [2 + 16 * number, { packs: String(packs) }];

describe('a search takes', () => {
  test('less than 3 s for a full group of 16', async () => {
    const { found, took } = await search([group(0, 16)]);
    expect(sizes(found)).toEqual([[2, 16]]);
    expect(took).toBeLessThan(3_000);
  });

  test('less than 20 s for eight full groups', async () => {
    const { found, took } = await search(Array.from({ length: 8 }, (_, number) => group(number, 16)));
    expect(sizes(found)).toEqual(Array.from({ length: 8 }, (_, number) => [2 + 16 * number, 16]));
    expect(took).toBeLessThan(20_000);
  });

  test('less than 3 s where nobody answers', async () => {
    const { found, took } = await search([]);
    expect(found).toEqual([]);
    expect(took).toBeLessThan(3_000);
  });

  test('less than 3 s for a full group at 9600 too', async () => {
    const { found, took } = await search([group(0, 16)], 9600);
    expect(sizes(found)).toEqual([[2, 16]]);
    expect(took).toBeLessThan(3_000);
  });
});

describe('a search ends early', () => {
  test('in a group at its first silent pack', async () => {
    const { found, asked } = await search([group(0, 3)]);
    expect(sizes(found)).toEqual([[2, 3]]);
    // 5 is silent; so is group 1, and then no other group is asked
    expect([...new Set(asked)]).toEqual([2, 3, 4, 5, 0x12]);
  });

  test('among groups at the first silent one', async () => {
    const { found, asked } = await search([group(1, 2), group(2, 1), group(3, 4)]);
    expect(sizes(found)).toEqual([
      [0x12, 2],
      [0x22, 1],
      [0x32, 4],
    ]);
    expect([...new Set(asked)]).toEqual([
      2, 0x12, 0x13, 0x14, 0x22, 0x23, 0x32, 0x33, 0x34, 0x35, 0x36, 0x42,
    ]);
  });

  test('without the older dialect where the newer was answered', async () => {
    expect((await search([group(0, 1)])).asked).not.toContain(1);
    const old = await search([[1, { packs: '3' }]]);
    expect(sizes(old.found)).toEqual([[1, 1]]);
    expect([...new Set(old.asked)]).toEqual([2, 0x12, 1]);
  });

  test('and never writes', async () => {
    const clock = virtualClock();
    const commands = new Set<string>();
    const { bus, close } = rack(clock, [group(0, 4)], line(115200), (bytes) => {
      commands.add(text(bytes).slice(7, 9));
      return true;
    });
    await clock.run(findDevices(bus, pylontech));
    await clock.run(close());
    expect([...commands]).toEqual(['93']);
  });
});
