import { deflateSync, inflateSync } from 'node:zlib';
import { Fault } from '../../core/fault.ts';

/**
 * Packets of the sender protocol: `ZBXD`, a byte of flags, the length of the data, a second number, the data. Numbers
 * have 4 bytes, in large packets 8, the least significant first. Source: Zabbix documentation, appendix "Header".
 */
const MAGIC = 'ZBXD';
const PROTOCOL = 1;
/** The data are compressed by zlib; the second number is their length before. */
const COMPRESSED = 2;
const LARGE = 4;
/** Answers are a line of text; what claims to be longer is none. */
const LONGEST = 1 << 20;

/** JSON as a packet. */
export function packet(text: string, compress: boolean): Buffer {
  const plain = Buffer.from(text);
  const data = compress ? deflateSync(plain) : plain;
  const header = Buffer.alloc(13);
  header.write(MAGIC, 'latin1');
  header.writeUInt8(compress ? PROTOCOL | COMPRESSED : PROTOCOL, 4);
  header.writeUInt32LE(data.length, 5);
  header.writeUInt32LE(compress ? plain.length : 0, 9);
  return Buffer.concat([header, data]);
}

/** The text of a packet; undefined while it is not complete. Throws an `output` fault for what is no packet. */
export function unpacked(bytes: Buffer): string | undefined {
  const magic = bytes.toString('latin1', 0, 4);
  if (!MAGIC.startsWith(magic)) throw new Fault('output', 'what answers there is no Zabbix server');
  if (bytes.length < 5) return undefined;
  const flags = bytes.readUInt8(4);
  const width = (flags & LARGE) === 0 ? 4 : 8;
  const begin = 5 + 2 * width;
  if (bytes.length < begin) return undefined;
  const length = width === 4 ? bytes.readUInt32LE(5) : Number(bytes.readBigUInt64LE(5));
  if (length > LONGEST) throw new Fault('output', `the server announces an answer of ${length} bytes`);
  if (bytes.length < begin + length) return undefined;
  const data = bytes.subarray(begin, begin + length);
  if ((flags & COMPRESSED) === 0) return data.toString();
  try {
    return inflateSync(data, { maxOutputLength: LONGEST }).toString();
  } catch (cause) {
    throw new Fault('output', 'the answer of the server cannot be decompressed', { cause });
  }
}

/** What became of values. */
export interface Outcome {
  readonly processed: number;
  readonly failed: number;
  /** The server's own words. */
  readonly info: string;
}

/**
 * Reads an answer: the server says `success` although it took nothing; only the text tells.
 * Throws an `output` fault where it says something else.
 */
export function outcomeOf(text: string): Outcome {
  let answer: { readonly response?: unknown; readonly info?: unknown } | null;
  try {
    answer = JSON.parse(text) as typeof answer; // its parts are tested below
  } catch (cause) {
    throw new Fault('output', 'the answer of the server is no JSON', { cause });
  }
  const { response, info } = answer ?? {};
  const said = typeof info === 'string' ? info : text.slice(0, 200);
  const [, processed, failed] = /processed:? (\d+);? [Ff]ailed:? (\d+)/.exec(said) ?? [];
  if (response !== 'success' || processed === undefined || failed === undefined)
    throw new Fault('output', `the server answered: ${said}`);
  return { processed: Number(processed), failed: Number(failed), info: said };
}
