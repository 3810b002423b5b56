import { Fault } from '../../core/fault.ts';
import { type Inspected, type Inspector, inspector as inspectorOf } from '../../core/inspect.ts';
import type { Values } from '../../core/snapshot.ts';
import {
  commandBytes,
  dataBytes,
  type DataSet,
  dataSets,
  framing,
  isErrorText,
  type Message,
  obisOf,
  requestBytes,
} from '../../iec62056/index.ts';
import {
  type Heard,
  inspectedDialogue,
  inspectedError,
  inspectedIdentification,
} from '../../iec62056/inspected.ts';
import type { MeterDefinition } from './definition.ts';
import { plainAddress, valuesOf } from './values.ts';

/** Explains what is heard between a reader and a meter of a definition. */
export function inspector(definition: MeterDefinition): Inspector {
  // Lists without a block check are not looked for: a damaged one that has it would look like them.
  return inspectorOf(framing({ check: definition.profile.check, options: true }), (message, bytes) =>
    inspect(definition, message, bytes),
  );
}

function inspect(definition: MeterDefinition, message: Message, bytes: Uint8Array): Inspected {
  const heard: Heard = { bytes, verdict: 'ok', device: definition.id };
  const { manufacturers, title, errors } = definition.profile;
  if (message.kind === 'identification') {
    const group = Object.entries(definition.groups).find(([, { identified }]) => identified === true)?.[0];
    const isOurs = manufacturers.length === 0 || manufacturers.includes(message.manufacturer);
    const values = { identification: message.text };
    return inspectedIdentification(
      message,
      heard,
      isOurs ? { group: group ?? 'identification', values } : { no: title },
    );
  }
  if (message.kind !== 'data') {
    return inspectedDialogue(message, heard, {
      address: /^\d{1,12}$/,
      command: ({ command, text }) => `${command} ${text}`,
    });
  }
  const error = /^\(([^()]*)\)\s*$/.exec(message.text)?.[1];
  if (error !== undefined && isErrorText(error)) return inspectedError(heard, error, errors[error]);
  return data(definition, dataSets(message.text), heard);
}

/** The group that an answer belongs to: where everything stands, or the one that has its register. */
function data(definition: MeterDefinition, sets: readonly DataSet[], heard: Heard): Inspected {
  const at = plainAddress(sets[0]?.address ?? '');
  if (definition.profile.reading === 'list' && !sets.some(({ address }) => obisOf(address) !== undefined)) {
    // No list of this kind: registers of other makers have names of their own.
    return { ...heard, direction: 'reply', kind: at === '' ? 'data' : at };
  }
  const groups = Object.entries(definition.groups);
  const found =
    groups.find(([, { everything }]) => everything !== undefined) ??
    groups.find(([, { fields }]) => Object.values(fields).some((place) => place.at === at));
  if (found === undefined) return { ...heard, direction: 'reply', kind: at === '' ? 'data' : at };
  const [kind, group] = found;
  try {
    const values: Values = valuesOf(group, sets, definition.profile.reading === 'registers');
    return { ...heard, direction: 'reply', kind, values };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...heard, direction: 'reply', kind, verdict: 'format', message: error.message };
  }
}

/** The same bytes with addresses, passwords and serial numbers masked and block checks made good again. */
export function anonymise(definition: MeterDefinition, bytes: Uint8Array): Uint8Array {
  const { check } = definition.profile;
  const scan = framing({ check, options: true }).scan(bytes, 0, bytes.length);
  if (scan.got !== 'frame') return bytes;
  const { frame } = scan;
  const sure = check === 'auto' ? 'xor' : check;
  switch (frame.kind) {
    case 'request':
      return frame.glued ? bytes : requestBytes(frame.address.replace(/\w/g, '0'));
    case 'command':
      return frame.command.startsWith('P') ? commandBytes(frame.command, zeros(frame.text), sure) : bytes;
    case 'data':
      return dataBytes(masked(definition, frame.text), sure, frame.more);
    default:
      return bytes;
  }
}

/** A text with the brackets of personal registers set to zeros. */
function masked({ personal }: MeterDefinition, text: string): string {
  return text.replace(/([^()\r\n]*)(\([^()]*\))/g, (all: string, address: string, bracket: string) =>
    personal.includes(plainAddress(address)) ? address + zeros(bracket) : all,
  );
}

function zeros(text: string): string {
  return text.replace(/\((.*)\)/, (_, inside: string) => `(${inside.replace(/\w/g, '0')})`);
}
