import { expect, test } from 'vitest';
import { hex } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import { comSettingBytes, comSettings, lineAfter, readComPort } from '../../src/node/com-port.ts';
import {
  telnetDecoder,
  telnetEscape,
  telnetOptions,
  telnetSubnegotiation,
  type TelnetEvent,
} from '../../src/node/telnet.ts';

const bytes = (pairs: string): Uint8Array =>
  Uint8Array.from(pairs.split(' '), (pair) => Number.parseInt(pair, 16));

function tell(events: readonly TelnetEvent[]): string[] {
  return events.map((event) =>
    event.kind === 'option' ? `${event.verb} ${event.option}` : `${event.kind} ${hex(event.bytes)}`,
  );
}

/** All events with neighbouring data joined, for streams cut in different places. */
function joined(chunks: readonly Uint8Array[], binary = true): string {
  const decoder = telnetDecoder();
  decoder.binary = binary;
  const all = chunks.flatMap((chunk) => tell(decoder.push(chunk)));
  return all
    .join('|')
    .replaceAll('|data ', ' ')
    .replace(/^data /, '');
}

test('data, doubled IAC, options and subnegotiations; RFC 854 and 855', () => {
  const stream = bytes('41 FF FF 42 FF FB 2C FF FA 2C 01 00 00 25 80 FF F0 43 FF F1 44');
  // 41, FF as data, 42; IAC WILL 44; IAC SB 44 SET-BAUDRATE 9600 IAC SE; 43; IAC NOP; 44
  expect(tell(telnetDecoder().push(stream))).toEqual([
    'data 41 FF 42',
    'WILL 44',
    'subnegotiation 01 00 00 25 80',
    'data 43 44',
  ]);
});

test('any cut of the stream gives the same', () => {
  const stream = bytes('41 FF FF 42 FF FB 2C FF FA 2C 01 00 00 FF FF 80 FF F0 43 0D 00 0A');
  const whole = joined([stream]);
  expect(whole).toBe('41 FF 42|WILL 44|subnegotiation 01 00 00 FF 80 43 0D 00 0A');
  expect(joined(Array.from(stream, (byte) => Uint8Array.of(byte)))).toBe(whole);
  for (let cut = 1; cut < stream.length; cut++) {
    expect(joined([stream.subarray(0, cut), stream.subarray(cut)])).toBe(whole);
  }
});

test('a NUL after CR is padding until the other side sends binary (RFC 854)', () => {
  expect(joined([bytes('0D 00 41 0D 0A 00')], false)).toBe('0D 41 0D 0A 00');
  expect(joined([bytes('0D 00 41')], true)).toBe('0D 00 41');
  expect(hex(telnetEscape(bytes('0D 41 0D 0A FF'), false))).toBe('0D 00 41 0D 0A FF FF');
  expect(hex(telnetEscape(bytes('0D 41 0D 0A FF'), true))).toBe('0D 41 0D 0A FF FF');
});

test('every byte value survives escaping and decoding', () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(joined([telnetEscape(all, true)])).toBe(hex(all));
});

test('a subnegotiation without end is bounded, and one that lost its end gives way to the next command', () => {
  const decoder = telnetDecoder();
  decoder.push(bytes('FF FA 2C'));
  decoder.push(new Uint8Array(1_000_000).fill(7));
  const [event] = decoder.push(bytes('FF F0'));
  expect(event?.kind === 'subnegotiation' ? event.bytes.length : event).toBe(256);
  expect(tell(telnetDecoder().push(bytes('FF FA 2C 01 00 FF FB 00 41')))).toEqual(['WILL 0', 'data 41']);
});

test('an IAC inside a value is doubled (RFC 2217 section 3)', () => {
  expect(hex(telnetSubnegotiation(44, bytes('0A FF')))).toBe('FF FA 2C 0A FF FF FF F0');
});

test('options are agreed without loops: an answer is never answered, a repeat is not either', () => {
  const side = telnetOptions([0, 44], [0]);
  expect(hex(side.hear('DO', 0))).toBe('FF FB 00'); // WILL
  expect(hex(side.hear('DO', 0))).toBe(''); // in force already
  expect(hex(side.hear('DO', 24))).toBe('FF FC 18'); // terminal type: WONT
  expect(hex(side.hear('WILL', 1))).toBe('FF FE 01'); // echo: DONT
  expect(hex(side.hear('WONT', 1))).toBe(''); // it never did
  expect(hex(side.ask('WILL', 44))).toBe('FF FB 2C');
  expect(hex(side.ask('WILL', 44))).toBe('');
  expect(side.ours(44)).toBe(undefined);
  expect(hex(side.hear('DO', 44))).toBe(''); // the answer to us
  expect(side.ours(44)).toBe(true);
  expect(hex(side.hear('DONT', 44))).toBe('FF FC 2C'); // it changed its mind: confirmed once
  expect(hex(side.hear('DONT', 44))).toBe('');
  expect(side.ours(44)).toBe(false);
});

test('line settings as RFC 2217 section 3 codes them: parity 3 is even, baud rate 4 bytes from the top', () => {
  expect(comSettings(line(9600, '7E1')).map((setting) => hex(comSettingBytes(setting)))).toEqual([
    'FF FA 2C 01 00 00 25 80 FF F0', // 9600 = 2580h
    'FF FA 2C 02 07 FF F0',
    'FF FA 2C 03 03 FF F0',
    'FF FA 2C 04 01 FF F0',
  ]);
  expect(comSettings(line(115200, '8N2')).map(({ value }) => value)).toEqual([115200, 8, 1, 2]);
  // 65,280 = FF00h: its FF passes through the doubling of IAC
  expect(hex(comSettingBytes({ command: 1, value: 65_280 }))).toBe('FF FA 2C 01 00 00 FF FF 00 FF F0');
});

test('values of the other side are read only when whole, and taken only when in range', () => {
  expect(readComPort(bytes('65 00 01 C2 00'))).toEqual({ command: 101, value: 115_200 });
  expect(readComPort(bytes('66 07'))).toEqual({ command: 102, value: 7 });
  expect(readComPort(bytes('65 00 01'))).toBe(undefined);
  expect(readComPort(new Uint8Array())).toBe(undefined);
  const now = line(300, '7E1');
  expect(lineAfter(now, 1, 9600)).toEqual(line(9600, '7E1'));
  expect([
    lineAfter(now, 1, 0),
    lineAfter(now, 1, 4_294_967_295),
    lineAfter(now, 2, 5),
    lineAfter(now, 3, 4),
  ]).toEqual([undefined, undefined, undefined, undefined]);
  expect(lineAfter(now, 3, 2)?.parity).toBe('odd');
});
