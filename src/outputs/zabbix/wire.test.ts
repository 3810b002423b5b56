import { describe, expect, it } from 'vitest';
import { outcomeOf, packet, unpacked } from './wire.ts';

const ANSWER = '{"response":"success","info":"processed: 1; failed: 2; total: 3; seconds spent: 0.000027"}';

describe('packets of the sender protocol', () => {
  it('has a header of 13 bytes', () => {
    // "ZBXD", flag 1, length 2 and nothing else, least significant first; {} is 7b 7d.
    expect(packet('{}', false).toString('hex')).toBe('5a4258440102000000000000007b7d');
  });

  it('tells the length before compression in the second number', () => {
    const made = packet('{"a":1}', true);
    expect(made.readUInt8(4)).toBe(3);
    expect(made.readUInt32LE(9)).toBe(7);
    expect(made.readUInt32LE(5)).toBe(made.length - 13);
    expect(unpacked(made)).toBe('{"a":1}');
  });

  it.each([false, true])('is read however it is cut (compressed: %s)', (compressed) => {
    const made = packet(ANSWER, compressed);
    for (let end = 0; end < made.length; end++) expect(unpacked(made.subarray(0, end))).toBeUndefined();
    expect(unpacked(made)).toBe(ANSWER);
  });

  it('reads large packets, whose numbers have 8 bytes', () => {
    const header = Buffer.from('5a425844050200000000000000' + '0000000000000000', 'hex');
    expect(unpacked(Buffer.concat([header, Buffer.from('{}')]))).toBe('{}');
  });

  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400')],
    ['a length that nobody sends', Buffer.from('5a42584401ffffffff00000000', 'hex')],
    [
      'data that are not compressed although they say so',
      Buffer.from('5a42584403020000000200000' + '07b7d', 'hex'),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(() => unpacked(bytes)).toThrow(expect.objectContaining({ code: 'output' }) as Error);
  });
});

describe('answers', () => {
  it('are read from the text: success says nothing', () => {
    expect(outcomeOf(ANSWER)).toMatchObject({ processed: 1, failed: 2 });
  });

  it.each([
    ['{"response":"failed","info":"no permission"}', /the server answered: no permission/],
    ['null', /the server answered: null/],
    ['{"response":"success"}', /the server answered: {"response":"success"}/],
    ['oops', /no JSON/],
  ])('%s is a fault', (text, says) => {
    expect(() => outcomeOf(text)).toThrow(says);
  });
});
