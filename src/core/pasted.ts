import { bytesOfText } from './bytetext.ts';
import { CAPTURE_VERSION, parseCapture } from './capture.ts';
import { Fault, faultOf } from './fault.ts';

/**
 * The bytes of pasted frames: a capture, or a log with one frame or piece a line, each as text, with escapes, or as
 * hex pairs. Throws a `config` fault that names the line.
 * @param name what the text is called in messages: a file, `standard input`
 */
export function bytesOfLog(content: string, name: string): Uint8Array[] {
  if (content.startsWith(CAPTURE_VERSION)) return parseCapture(content).entries.map((entry) => entry.bytes);
  return content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [bytesOfLine(line)];
    } catch (error) {
      throw new Fault('config', `${name}:${index + 1}: ${faultOf(error, 'config').message}`);
    }
  });
}

const LINE_END = Uint8Array.of(13, 10);

/** The bytes of a line as typed; the line end that a terminal or an editor took away is put back behind text. */
export function bytesOfLine(line: string): Uint8Array {
  const bytes = bytesOfText(line);
  const last = bytes.at(-1);
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return last === 13 || last === 10 || !isText ? bytes : Uint8Array.from([...bytes, ...LINE_END]);
}

/** Pieces of bytes as one run. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
