import { CodecError, explain } from '../../codec/index.ts';
import { ascii } from '../../core/bytetext.ts';
import { complete } from '../../core/field.ts';
import { type Inspected, type Inspector, inspector as inspectorOf } from '../../core/inspect.ts';
import type { Values } from '../../core/snapshot.ts';
import { commandBytes, dataBytes, framing, type Message, requestBytes } from '../../iec62056/index.ts';
import {
  type Heard,
  inspectedDialogue,
  inspectedError,
  inspectedIdentification,
} from '../../iec62056/inspected.ts';
import { type NevaDefinition, registersAt, valuesOf } from './definition.ts';

/** Explains what is heard between a reader and a meter of a definition. */
export function inspector(definition: NevaDefinition): Inspector {
  return inspectorOf(framing({ check: 'xor', options: true }), (message, bytes) =>
    inspect(definition, message, bytes),
  );
}

function inspect(definition: NevaDefinition, message: Message, bytes: Uint8Array): Inspected {
  const heard: Heard = { bytes, verdict: 'ok', device: definition.id };
  if (message.kind === 'identification') {
    return inspectedIdentification(
      message,
      heard,
      message.ident.startsWith(definition.begins)
        ? { group: 'identity', values: completed(definition, 'identity', { identification: message.text }) }
        : { no: `${definition.begins} meter` },
    );
  }
  if (message.kind === 'data') return data(definition, message.text, heard);
  return inspectedDialogue(message, heard, {
    address: /^\d{1,8}$/,
    command: ({ command, text }) => {
      const code = /^[0-9A-F]{8}/.exec(text)?.[0] ?? text;
      return command.startsWith('W') ? `write ${code}` : (registersAt(definition, code)[0]?.group ?? code);
    },
  });
}

/** The answer of a register: by the first of those under its code that can read it. */
function data(definition: NevaDefinition, text: string, heard: Heard): Inspected {
  const error = /^\((\d{1,2})\)$/.exec(text)?.[1];
  if (error !== undefined) {
    return inspectedError(heard, error, error === '01' ? 'the meter does not have this register' : undefined);
  }
  const parts = /^([0-9A-F]{8})\(([^()]*)\)$/.exec(text);
  const [code, written] = [parts?.[1] ?? '', parts?.[2]];
  const candidates = registersAt(definition, code);
  if (written === undefined || candidates.length === 0) {
    return { ...heard, direction: 'reply', kind: code === '' ? 'data' : code };
  }
  let broken: Inspected | undefined;
  for (const { group, register } of candidates) {
    const { rows, value, error: problem } = explain(register.body, ascii(written));
    // STX and the code with its bracket stand in front of the value.
    const shift = 2 + code.length;
    const placed = rows.map((row) => ({ ...row, start: row.start + shift, end: row.end + shift }));
    if (value !== undefined) {
      const values = completed(definition, group, valuesOf(register, code, written));
      return { ...heard, direction: 'reply', kind: group, rows: placed, values };
    }
    broken ??= {
      ...heard,
      verdict: 'format',
      direction: 'reply',
      kind: group,
      message: problem instanceof CodecError ? problem.message : 'unreadable',
      rows: placed,
    };
  }
  return broken ?? { ...heard, direction: 'reply', kind: code };
}

function completed(
  definition: NevaDefinition,
  group: keyof NevaDefinition['groups'],
  values: Values,
): Values {
  return complete(values, definition.groups[group].derived, {});
}

/** Registers that tell whose meter it is: serial number, network address, place. */
const PERSONAL: readonly string[] = ['600100FF', '600101FF', '60010AFF'];

/** The same bytes with serial number, address, place and password masked and block checks made good again. */
export function anonymise(_definition: NevaDefinition, bytes: Uint8Array): Uint8Array {
  const scan = framing({ check: 'xor', options: true }).scan(bytes, 0, bytes.length);
  if (scan.got !== 'frame') return bytes;
  const { frame } = scan;
  if (frame.kind === 'request') return requestBytes(frame.address.replace(/\w/g, '0'));
  if (frame.kind === 'command' && frame.command === 'P1') {
    return commandBytes('P1', frame.text.replace(/[^()]/g, '0'), 'xor');
  }
  if (frame.kind === 'command' && (frame.text.startsWith('600102FF') || isPersonal(frame.text))) {
    return commandBytes(frame.command, masked(frame.text), 'xor');
  }
  return frame.kind === 'data' && isPersonal(frame.text) ? dataBytes(masked(frame.text), 'xor') : bytes;
}

function isPersonal(text: string): boolean {
  return PERSONAL.some((code) => text.startsWith(code));
}

function masked(text: string): string {
  return text.replace(/\((.*)\)/, (_, inside: string) => `(${'0'.repeat(inside.length)})`);
}
