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
import type { MeterDefinition } from './definition.ts';
import { plainAddress, valuesOf } from './values.ts';

type Common = Pick<Inspected, 'bytes' | 'verdict' | 'device'>;

/** Explains what is heard between a reader and a meter of a definition. */
export function inspector(definition: MeterDefinition): Inspector {
  // Lists without a block check are not looked for: a damaged one that has it would look like them.
  return inspectorOf(framing({ check: definition.profile.check, options: true }), (message, bytes) =>
    inspect(definition, message, bytes),
  );
}

function inspect(definition: MeterDefinition, message: Message, bytes: Uint8Array): Inspected {
  const common: Common = { bytes, verdict: 'ok', device: definition.id };
  const request = (kind: string): Inspected => ({ ...common, direction: 'request', kind });
  const reply = (kind: string): Inspected => ({ ...common, direction: 'reply', kind });
  switch (message.kind) {
    case 'request':
      return {
        ...request('sign_on'),
        ...(/^\d{1,12}$/.test(message.address) ? { address: Number(message.address) } : {}),
      };
    case 'identification': {
      const { manufacturers, title } = definition.profile;
      const group = Object.entries(definition.groups).find(([, { identified }]) => identified === true)?.[0];
      return manufacturers.length === 0 || manufacturers.includes(message.manufacturer)
        ? {
            ...reply(group ?? 'identification'),
            unverified: true, // only the parity of its characters proves this line
            values: { identification: message.text },
          }
        : { ...reply('identification'), verdict: 'format', message: `/${message.text} is no ${title}` };
    }
    case 'option':
      return request('option_select');
    case 'ack':
      return reply('acknowledged');
    case 'nak':
      return { ...reply('nak'), verdict: 'refused', message: 'NAK: say it again, or no' };
    case 'break':
      return request('break');
    case 'list':
      return reply('list');
    case 'command':
      if (message.command === 'P0') return reply('password_request');
      return request(message.command.startsWith('P') ? 'password' : `${message.command} ${message.text}`);
    case 'data': {
      const error = /^\(([^()]*)\)\s*$/.exec(message.text)?.[1];
      if (error !== undefined && isErrorText(error)) {
        const meaning = definition.profile.errors[error] ?? 'the meter says no';
        return { ...reply('error'), verdict: 'refused', message: `(${error}): ${meaning}` };
      }
      return data(definition, dataSets(message.text), common);
    }
  }
}

/** The group that an answer belongs to: where everything stands, or the one that has its register. */
function data(definition: MeterDefinition, sets: readonly DataSet[], common: Common): Inspected {
  const at = plainAddress(sets[0]?.address ?? '');
  if (definition.profile.reading === 'list' && !sets.some(({ address }) => obisOf(address) !== undefined)) {
    // No list of this kind: registers of other makers have names of their own.
    return { ...common, direction: 'reply', kind: at === '' ? 'data' : at };
  }
  const groups = Object.entries(definition.groups);
  const found =
    groups.find(([, { everything }]) => everything !== undefined) ??
    groups.find(([, { fields }]) => Object.values(fields).some((place) => place.at === at));
  if (found === undefined) return { ...common, direction: 'reply', kind: at === '' ? 'data' : at };
  const [kind, group] = found;
  try {
    const values: Values = valuesOf(group, sets, definition.profile.reading === 'registers');
    return { ...common, direction: 'reply', kind, values };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...common, direction: 'reply', kind, verdict: 'format', message: error.message };
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
