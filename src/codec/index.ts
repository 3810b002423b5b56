/** Two-way layouts of bytes: decode, encode and describe by one definition. Needs nothing, runs anywhere. */
export { complement16, sum7, sumMod255, sumOf, xor7 } from './checksum.ts';
export { type AnyCodec, type Codec, decode, decodeFrom, encode, type Of } from './codec.ts';
export { type Reader, reader, type Writer, writer, written } from './cursor.ts';
export { CodecError, within } from './error.ts';
export { explain } from './explain.ts';
export { type Layout, type LayoutPart, layoutText, type Note, noteOf, wordsOf } from './layout.ts';
export { counted, list, opaque, repeated, rest } from './list.ts';
export { annotate, constant, flags, type Flags, inRange, nullAt, oneOf, scaled, shifted } from './meaning.ts';
export { i16be, i16le, i32be, i8, u16be, u16le, u24be, u32be, u32le, u8 } from './number.ts';
export { optional, type Parts, struct, when } from './struct.ts';
export { decimal, fixedText, hexDigits, nibble } from './text.ts';
export type { Explained, Trace } from './trace.ts';
