import { Fault } from './fault.ts';

/**
 * Bytes as people paste and read them: `:R50=1,2,1,\r\n`, `"quoted\x02"`, or hex pairs `02 36 30`.
 */

const ESCAPES: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, '0': 0, '\\': 92, '"': 34 };
const NAMES: Readonly<Record<number, string>> = { 13: '\\r', 10: '\\n', 9: '\\t', 92: '\\\\', 34: '\\"' };
const HEX_PAIRS = /^(?:0x)?[0-9a-f]{2}(?:[\s,:]*(?:0x)?[0-9a-f]{2})*$/i;

/** Two-digit upper-case hex of each byte, joined by spaces. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

/**
 * The bytes as text with escapes for what cannot be printed; no quotes around it. Two-way with `bytesOfText` once it
 * is quoted: bare, `02` would be read as hex and a blank at either end would be lost.
 */
export function text(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) {
    out +=
      NAMES[byte] ??
      (byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  }
  return out;
}

/** True when most of the bytes are printable ASCII, so that text says more than hex. */
export function isTextual(bytes: Uint8Array): boolean {
  let printable = 0;
  for (const byte of bytes) if ((byte >= 0x20 && byte < 0x7f) || byte === 13 || byte === 10) printable++;
  return printable * 4 >= bytes.length * 3;
}

/** Quoted text where the bytes are mostly text, hex pairs otherwise: the form of captures and messages. */
export function show(bytes: Uint8Array): string {
  return isTextual(bytes) ? `"${text(bytes)}"` : hex(bytes);
}

/** ASCII bytes of a text; characters above 7Fh become `?`. For constants written in source. */
export function ascii(plain: string): Uint8Array {
  const bytes = new Uint8Array(plain.length);
  // Every request passes here: no callback for each character.
  for (let index = 0; index < plain.length; index++) {
    const code = plain.charCodeAt(index);
    bytes[index] = code < 0x80 ? code : 0x3f;
  }
  return bytes;
}

/**
 * The bytes that a person meant: quoted text, hex pairs, or bare text; `\r`, `\n`, `\t`, `\0`, `\\`, `\"` and
 * `\x02` are understood in text. Throws a `config` fault that names the column of a bad escape.
 */
export function bytesOfText(written: string): Uint8Array {
  const trimmed = written.trim();
  if (HEX_PAIRS.test(trimmed)) {
    const digits = trimmed.replace(/0x/gi, '').replace(/[\s,:]/g, '');
    return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
      Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
    );
  }
  const quoted = trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"');
  const firstColumn = written.indexOf(trimmed) + (quoted ? 2 : 1);
  return unescape(quoted ? trimmed.slice(1, -1) : trimmed, firstColumn);
}

function unescape(escaped: string, firstColumn: number): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < escaped.length; at++) {
    const character = escaped.charAt(at);
    if (character !== '\\') {
      const code = character.charCodeAt(0);
      if (code > 0xff) {
        throw new Fault(
          'config',
          `character '${character}' at column ${at + firstColumn} is not a byte; write it as \\xNN`,
        );
      }
      out.push(code);
      continue;
    }
    const next = escaped.charAt(at + 1);
    const pair = /^x([0-9a-f]{2})/i.exec(escaped.slice(at + 1));
    const known = ESCAPES[next];
    if (pair?.[1] !== undefined) {
      out.push(Number.parseInt(pair[1], 16));
      at += 3;
    } else if (known !== undefined) {
      out.push(known);
      at += 1;
    } else {
      throw new Fault(
        'config',
        `bad escape '\\${next}' at column ${at + firstColumn}: expected \\r, \\n, \\t, \\0, \\\\, \\" or \\xNN`,
      );
    }
  }
  return Uint8Array.from(out);
}
