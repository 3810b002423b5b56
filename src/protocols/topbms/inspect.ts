import { CodecError, decode, encode, explain } from '../../codec/index.ts';
import { complete, fieldsOf } from '../../core/field.ts';
import { type Inspected, type Inspector, inspector } from '../../core/inspect.ts';
import type { Value, Values } from '../../core/snapshot.ts';
import { frameBytes, framing, isAnswerCode, refusal, type YdtFrame } from '../../ydt1363/index.ts';
import type { BmsDefinition, Message, Part } from './definition.ts';
import { addressed, infoOf } from './exchange.ts';

/** Characters in front of INFO. */
const HEAD = 13;

/** A command whose answers can be explained. */
interface Known {
  readonly group: string;
  readonly of: Message | Part;
}

function commandsOf(definition: BmsDefinition): Known[] {
  return [
    ...Object.entries(definition.groups).map(([group, of]) => ({ group, of })),
    ...definition.identity.parts.map((of) => ({ group: 'identity', of })),
  ];
}

/**
 * Explains frames one after the other. An answer does not name its command: the question heard before it does, and
 * where none was heard, the first command whose answer it can be.
 */
export function inspect(definition: BmsDefinition): Inspector {
  let asked: YdtFrame | undefined;
  return inspector(framing, (frame, bytes) => {
    const question = isQuestion(definition, frame);
    const before = asked;
    asked = question ? frame : undefined;
    if (question) return explainQuestion(definition, frame, bytes);
    return explainAnswer(definition, frame, bytes, before?.code);
  });
}

/** Whether it is a question: its code is no return code, or is a command of this make all the same. */
export function isQuestion({ dialect }: BmsDefinition, frame: YdtFrame): boolean {
  return !isAnswerCode(frame.code) || dialect.commands?.includes(frame.code) === true;
}

function explainQuestion(definition: BmsDefinition, frame: YdtFrame, bytes: Uint8Array): Inspected {
  const { ver, cid1 } = definition.dialect;
  const known = commandsOf(definition).find(({ of }) => of.command === frame.code);
  const common = {
    bytes,
    device: definition.id,
    direction: 'request',
    kind: known?.group ?? `command ${hex(frame.code)}`,
    address: frame.adr,
  } as const;
  const foreign = strange(frame, [ver], [cid1]);
  return foreign === undefined
    ? { ...common, verdict: 'ok' }
    : { ...common, verdict: 'format', message: foreign };
}

function explainAnswer(
  definition: BmsDefinition,
  frame: YdtFrame,
  bytes: Uint8Array,
  command: number | undefined,
): Inspected {
  const { answerVers, cid1 } = definition.dialect;
  const common = { bytes, device: definition.id, direction: 'reply', address: frame.adr } as const;
  const foreign = strange(frame, answerVers, [cid1]);
  if (foreign !== undefined) return { ...common, verdict: 'format', message: foreign };
  if (frame.code !== 0) {
    return { ...common, verdict: 'refused', message: refusal(`address ${frame.adr}`, frame).message };
  }
  const all = commandsOf(definition);
  const likely = command === undefined ? all : all.filter(({ of }) => of.command === command);
  const known = likely.find(({ of }) => fits(of, infoOf(frame))) ?? likely[0];
  if (known === undefined) return { ...common, verdict: 'ok', kind: `answer to ${hex(command ?? 0)}` };
  const { rows, value, error } = explain(known.of.body, infoOf(frame));
  // Two characters of the frame are one byte of INFO, unless it came as plain text.
  const width = frame.text === undefined ? 2 : 1;
  const placed = rows.map((row) => ({
    ...row,
    start: HEAD + width * row.start,
    end: HEAD + width * row.end,
  }));
  const kind = { ...common, kind: known.group, rows: placed };
  if (value === undefined) return { ...kind, verdict: 'format', message: error?.message ?? 'unreadable' };
  const values = addressed(definition, known.of, frame.adr, value);
  const derived = 'derived' in known.of ? known.of.derived : {};
  return { ...kind, verdict: 'ok', values: complete(values, derived, { [known.group]: values }) };
}

function fits(of: Message | Part, info: Uint8Array): boolean {
  try {
    decode(of.body, info);
    return true;
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}

/** What makes a frame another maker's, in words. */
function strange(frame: YdtFrame, vers: readonly number[], cid1s: readonly number[]): string | undefined {
  if (!vers.includes(frame.ver)) return `VER ${hex(frame.ver)}, ${vers.map(hex).join(' or ')} expected`;
  if (!cid1s.includes(frame.cid1)) return `CID1 ${hex(frame.cid1)}, ${cid1s.map(hex).join(' or ')} expected`;
  return undefined;
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(2, '0')}h`;
}

/** The frame with serial numbers masked by X and its check sum made good, or the same bytes where there are none. */
export function anonymise(definition: BmsDefinition, bytes: Uint8Array): Uint8Array {
  const scan = framing.scan(bytes, 0, bytes.length);
  if (scan.got !== 'frame' || scan.frame.code !== 0) return bytes;
  const { frame } = scan;
  for (const part of definition.identity.parts) {
    const serials = fieldsOf(part.body.layout, () => '').filter((field) => field.role === 'serial_number');
    if (serials.length === 0 || !fits(part, infoOf(frame))) continue;
    const values = decode(part.body, infoOf(frame));
    const masked: Values = {
      ...values,
      ...Object.fromEntries(serials.map(({ name }) => [name, textIn(values[name]).replace(/[^ ]/g, 'X')])),
    };
    const info = encode(part.body, masked);
    return frameBytes({ ...frame, info: frame.text === undefined ? info : String.fromCharCode(...info) });
  }
  return bytes;
}

function textIn(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
