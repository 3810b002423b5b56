import { explain } from '../../codec/index.ts';
import { faultOf } from '../../core/fault.ts';
import { complete } from '../../core/field.ts';
import { type Inspected, type Inspector, inspector } from '../../core/inspect.ts';
import { framing, isAnswerCode, refusal, type YdtFrame } from '../../ydt1363/index.ts';
import type { PylontechDefinition } from './definition.ts';
import { DIALECT, recognise } from './exchange.ts';
import { bodyOf, valuesOf } from './values.ts';

/** Explains the frames of a stream; the question right before an answer says what that is about. */
export function inspectFrames(definition: PylontechDefinition): Inspector {
  let question: YdtFrame | undefined;
  return inspector(framing, (frame, bytes) => {
    const asked = question;
    const isQuestion = !isAnswerCode(frame.code);
    question = isQuestion ? frame : undefined;
    if (isQuestion) return inspectQuestion(definition, frame, bytes);
    return inspectAnswer(definition, frame, bytes, asked?.adr === frame.adr ? asked.code : undefined);
  });
}

function inspectQuestion(definition: PylontechDefinition, frame: YdtFrame, bytes: Uint8Array): Inspected {
  const group = Object.entries(definition.groups).find(([, one]) =>
    one.messages.some((message) => message.command === frame.code),
  );
  const write = Object.entries(definition.writes).find(([, one]) => one.command === frame.code);
  const kind = group?.[0] ?? write?.[0] ?? `CID2 ${frame.code.toString(16).toUpperCase()}`;
  return { ...common(definition, frame, bytes), direction: 'request', kind };
}

function inspectAnswer(
  definition: PylontechDefinition,
  frame: YdtFrame,
  bytes: Uint8Array,
  command: number | undefined,
): Inspected {
  const base = { ...common(definition, frame, bytes), direction: 'reply' } as const;
  if (frame.cid1 !== DIALECT.cid1) {
    return { ...base, verdict: 'format', message: `CID1 ${hex(frame.cid1)}, a lithium battery has 46` };
  }
  if (frame.code !== 0) {
    const { message, hint } = refusal(`address ${frame.adr}`, frame);
    return { ...base, verdict: 'refused', message: hint === undefined ? message : `${message} (${hint})` };
  }
  const found = recognise(definition, frame, command);
  if (found === undefined) return { ...base, verdict: 'format', message: misfit(definition, frame, command) };
  const { name, group, message, values } = found;
  // INFO begins behind 13 characters, and each of its bytes is two of them.
  const rows = message.inVer === true ? [] : explain(message.body, bodyOf(frame, message)).rows;
  return {
    ...base,
    kind: name,
    rows: rows.map((row) => ({ ...row, start: 13 + 2 * row.start, end: 13 + 2 * row.end })),
    values: complete(values, group.ofRack, {}),
  };
}

/** Why an answer fits nothing: what the message asked for says, or the one that is asked most. */
function misfit(definition: PylontechDefinition, frame: YdtFrame, command = 0x42): string {
  for (const group of Object.values(definition.groups)) {
    for (const message of group.messages.filter((one) => one.command === command)) {
      try {
        valuesOf(frame, group, message);
      } catch (error) {
        return faultOf(error, 'format').message;
      }
    }
  }
  return 'INFO fits none of the layouts of this make';
}

function common(definition: PylontechDefinition, frame: YdtFrame, bytes: Uint8Array) {
  return { bytes, verdict: 'ok', device: definition.id, address: frame.adr } as const;
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}
