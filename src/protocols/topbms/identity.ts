import { type Codec, CodecError, inRange, list, u16be, u8 } from '../../codec/index.ts';
import { field, type FieldInfo } from '../../core/field.ts';
import type { Values } from '../../core/snapshot.ts';
import { padded } from './words.ts';

/** The words of commands that say what a pack is. */

/** A local date and time, ISO 8601 without a zone, as `2024-03-19T21:30:01`. */
function clock(year: Codec<number>, yearZero: number, width: number): Codec<string> {
  const parts = list(u8, 5);
  return Object.freeze({
    decode: (from) => {
      const at = from.at;
      const years = year.decode(from, undefined) + yearZero;
      const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.decode(from, undefined);
      if (
        years > 2099 ||
        month < 1 ||
        month > 12 ||
        day < 1 ||
        day > 31 ||
        hour > 23 ||
        minute > 59 ||
        second > 59
      ) {
        throw new CodecError('no date and time', at);
      }
      const two = (number: number): string => String(number).padStart(2, '0');
      return `${years}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
    },
    encode: (to, value) => {
      const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(value);
      if (found === null) throw new CodecError(`'${value}' is no date and time as 2024-03-19T21:30:01`);
      year.encode(to, Number(found[1]) - yearZero, undefined);
      parts.encode(to, found.slice(2).map(Number), undefined);
    },
    layout: { text: 'year, month, day, hour, minute, second', width },
  } satisfies Codec<string>);
}

const timeInfo: FieldInfo = {
  title: 'Clock of the pack',
  quantity: 'time',
  kind: 'state',
  remark: 'Local time as it was set; the pack knows no zone.',
};

/** A clock of 7 bytes: the year in two of them. */
export const clock7 = field(clock(u16be, 0, 7), timeInfo);
/** A clock of 6 bytes: the year counted from 2000. */
export const clock6 = field(clock(u8, 2000, 6), timeInfo);

/** The pack that was asked for, in front of what it says. Packs are numbered up to 16: more means something else. */
export const packNumber = field(inRange(u8, 0, 16), {
  title: 'Pack number',
  quantity: 'number',
  kind: 'raw',
});

/** A text that says what the pack is. */
export const identityText = (
  codec: Codec<string>,
  title: string,
  role?: FieldInfo['role'],
  remark?: string,
) =>
  field(codec, {
    title,
    quantity: 'text',
    kind: 'identity',
    ...(role === undefined ? {} : { role }),
    ...(remark === undefined ? {} : { remark }),
  });

/** A text in one of several lengths; written in the first. */
export function paddedAmong(lengths: readonly [number, ...number[]]): Codec<string> {
  return Object.freeze({
    decode: (from) => {
      const left = from.end - from.at;
      if (!lengths.includes(left))
        throw new CodecError(`${left} characters, not ${lengths.join(' or ')}`, from.at);
      return padded(left).decode(from, undefined);
    },
    encode: (to, value) => padded(lengths[0]).encode(to, value, undefined),
    layout: { text: `text of ${lengths.join(' or ')} characters, padded` },
  } satisfies Codec<string>);
}

/** Characters of one text of the product information. */
const TEXT = 30;

/**
 * Product information: the document says in one place 20 bytes, in another seven texts of 30. Where the bytes are a
 * multiple of 30 they are texts, else all of it is one text.
 * @param names of the texts, in order
 * @param whole name of the one text
 */
export function productInformation(
  names: Readonly<Record<string, FieldInfo>>,
  whole: { readonly name: string; readonly info: FieldInfo },
): Codec<Values> {
  const known = Object.keys(names);
  return Object.freeze({
    decode: (from) => {
      const pack_number = packNumber.decode(from, undefined);
      const left = from.end - from.at;
      const count = left / TEXT;
      if (left === 0) throw new CodecError('no product information', from.at);
      if (!Number.isInteger(count) || count > known.length) {
        return { pack_number, [whole.name]: padded(left).decode(from, undefined) };
      }
      const texts = list(padded(TEXT), count).decode(from, undefined);
      return { pack_number, ...Object.fromEntries(texts.map((text, index) => [known[index] ?? '', text])) };
    },
    encode: (to, values) => {
      packNumber.encode(to, Number(values.pack_number ?? 0), undefined);
      const one = values[whole.name];
      if (typeof one === 'string') {
        padded(one.length).encode(to, one, undefined);
        return;
      }
      for (const name of known) {
        const text = values[name];
        padded(TEXT).encode(to, typeof text === 'string' ? text : '', undefined);
      }
    },
    layout: {
      text: 'structure',
      parts: [
        { name: 'pack_number', layout: packNumber.layout },
        ...known.map((name) => ({
          name,
          layout: { text: `text of ${TEXT} characters, padded`, ...noted(names[name]) },
        })),
        {
          name: whole.name,
          layout: { text: 'text, where it is no multiple of 30 characters', note: whole.info },
        },
      ],
    },
  } satisfies Codec<Values>);
}

function noted(info: FieldInfo | undefined): { readonly note?: FieldInfo } {
  return info === undefined ? {} : { note: info };
}
