import type { Inspected } from '../core/inspect.ts';
import type { Values } from '../core/snapshot.ts';
import type { CommandMessage, DataMessage, IdentificationMessage, Message } from './message.ts';

/** Bytes that were heard and the device they are explained for; what they are is still to be said. */
export type Heard = Pick<Inspected, 'bytes' | 'verdict' | 'device'>;

/** What of the dialogue depends on the meter. */
export interface DialogueOf {
  /** Device addresses that are believed to be a number. */
  readonly address: RegExp;
  /** What a command other than a password asks for, in a word. */
  readonly command: (message: CommandMessage) => string;
}

/**
 * What a message of the dialogue is that means the same with every meter: sign-on, option select, commands,
 * acknowledgements and the end of a session (IEC 62056-21, clauses 5.14 and 6.3).
 */
export function inspectedDialogue(
  message: Exclude<Message, IdentificationMessage | DataMessage>,
  heard: Heard,
  { address, command }: DialogueOf,
): Inspected {
  const request = (kind: string): Inspected => ({ ...heard, direction: 'request', kind });
  const reply = (kind: string): Inspected => ({ ...heard, direction: 'reply', kind });
  switch (message.kind) {
    case 'request':
      return {
        ...request('sign_on'),
        ...(address.test(message.address) ? { address: Number(message.address) } : {}),
      };
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
      return request(message.command.startsWith('P') ? 'password' : command(message));
  }
}

/** A line that answered the sign-on, from the maker that was looked for. Only the parity of its characters proves it. */
export function inspectedIdentification(
  message: IdentificationMessage,
  heard: Heard,
  found: { readonly group: string; readonly values: Values } | { readonly no: string },
): Inspected {
  const reply = { ...heard, direction: 'reply' } as const;
  return 'no' in found
    ? { ...reply, kind: 'identification', verdict: 'format', message: `/${message.text} is no ${found.no}` }
    : { ...reply, kind: found.group, unverified: true, values: found.values };
}

/** An answer that is an error of the meter's, in words. */
export function inspectedError(heard: Heard, error: string, meaning: string | undefined): Inspected {
  return {
    ...heard,
    direction: 'reply',
    kind: 'error',
    verdict: 'refused',
    message: `(${error}): ${meaning ?? 'the meter says no'}`,
  };
}
