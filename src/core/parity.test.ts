import { expect, test } from 'vitest';
import { ascii, hex, text } from './bytetext.ts';
import { line } from './line.ts';
import { memoryLine } from './memory-link.ts';
import { parityReader, softwareParity, withEvenParity } from './parity.ts';
import { virtualClock } from './virtual-clock.ts';

const bytes = (pairs: string): Uint8Array =>
  Uint8Array.from(pairs.split(' '), (pair) => Number.parseInt(pair, 16));

test.each([
  // IEC 62056-21 sign-on and option select as an 8N1 port sees them (also in a logged Energomera session).
  ['/?!\r\n', 'AF 3F 21 8D 0A'],
  ['\x06051\r\n', '06 30 35 B1 8D 0A'],
])('%j travels as %s', (plain, wire) => {
  expect(hex(withEvenParity(ascii(plain)))).toBe(wire);
  expect(text(parityReader('7E1').read(bytes(wire)))).toBe(text(ascii(plain)));
  expect(text(parityReader('auto').read(bytes(wire)))).toBe(text(ascii(plain)));
});

test('all 128 characters come through, each with an even count of ones on the wire', () => {
  const all = Uint8Array.from({ length: 128 }, (_, index) => index);
  const wire = withEvenParity(all);
  for (const byte of wire) expect(byte.toString(2).replaceAll('0', '').length % 2).toBe(0);
  const back = parityReader('7E1').read(wire);
  expect(Array.from(back.subarray(0, 127))).toEqual(Array.from(all.subarray(0, 127)));
  expect(back[127]).toBe(0xff); // DEL with parity is FFh, which is what a glitch reads as
});

test('every single flipped bit of every character is delivered above 7Fh and counted', () => {
  for (let character = 0; character < 128; character++) {
    for (let bit = 0; bit < 8; bit++) {
      const reader = parityReader('7E1');
      const damaged = withEvenParity(Uint8Array.of(character)).map((byte) => byte ^ (1 << bit));
      expect(reader.read(damaged)[0]).toBeGreaterThan(0x7f);
      expect(reader.parityErrors).toBe(1);
    }
  }
});

test('auto: a converter that does 7E1 itself delivers bare characters, and they stay as they are', () => {
  const reader = parityReader('auto');
  const answer = ascii('/TPC5NEVAMT324.1106\r\n');
  expect(text(reader.read(answer))).toBe(text(answer));
  expect([reader.seen, reader.parityErrors]).toEqual(['bare', 0]);
  // Once that is known, a byte from 80h is damage and must not turn into a character.
  expect(reader.read(bytes('AF'))[0]).toBe(0xaf);
});

test('auto: with parity known, a character without it is damage', () => {
  const reader = parityReader('auto');
  reader.read(withEvenParity(ascii('/TPC5NEVAMT324.1106\r\n')));
  expect(reader.seen).toBe('parity');
  expect(hex(reader.read(ascii('1')))).toBe('B1'); // 31h has three ones
  expect(reader.parityErrors).toBe(1);
});

test('auto: wake-up glitches decide nothing, and a changed converter is learnt again', () => {
  const reader = parityReader('auto');
  reader.read(bytes('00 FF FF 00'));
  expect(reader.seen).toBe('unknown');
  reader.read(withEvenParity(ascii('1'.repeat(40))));
  expect(reader.seen).toBe('parity');
  reader.read(ascii('1'.repeat(17))); // 16 take the evidence back to nothing, one more turns it
  expect(reader.seen).toBe('bare');
});

test('a channel sends with parity in both modes and reads across chunk borders', async () => {
  for (const mode of ['7E1', 'auto'] as const) {
    const clock = virtualClock();
    const wire = memoryLine(clock);
    const raw = await wire.link.connect(line(9600), new AbortController().signal);
    const channel = softwareParity(raw, mode);
    await channel.write(ascii('/?!\r\n'));
    for await (const chunk of wire.far.incoming) {
      expect(hex(chunk)).toBe('AF 3F 21 8D 0A');
      break;
    }
    for (const byte of bytes('AF D4 50')) await wire.far.write(Uint8Array.of(byte));
    let heard = '';
    for await (const chunk of channel.incoming) {
      heard += text(chunk);
      if (heard.length >= 3) break;
    }
    expect(heard).toBe('/TP');
    expect([channel.seen, channel.parityErrors]).toEqual(['parity', 0]);
    await channel.close();
  }
});
