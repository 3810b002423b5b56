import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventReader } from './event-reader.ts';

const read = (pieces: readonly string[]): string[] => {
  const found: string[] = [];
  const take = eventReader((data) => found.push(data));
  pieces.forEach(take);
  return found;
};

describe('server-sent events', () => {
  const stream =
    ': hello\nid: 7\nevent: day\ndata: {"a":1}\n\ndata: one\ndata:two\n\nevent: empty\n\ndata: cut off';

  it('are their data; comments, names and what is not finished are none', () => {
    expect(read([stream])).toEqual(['{"a":1}', 'one\ntwo']);
  });

  it('may end their lines like a DOS file', () => {
    expect(read(['data: x\r\n\r\n'])).toEqual(['x']);
  });

  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.sort((one, other) => one - other), stream.length];
        const pieces = places.slice(1).map((to, index) => stream.slice(places[index], to));
        expect(read(pieces)).toEqual(read([stream]));
      }),
    );
  });
});
