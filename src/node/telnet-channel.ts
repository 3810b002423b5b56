import { byteQueue } from '../core/byte-queue.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Channel } from '../core/link.ts';
import { readComPort } from './com-port.ts';
import { OPTION, telnetDecoder, telnetEscape, type TelnetOptions } from './telnet.ts';

/** Unread bytes from which on the peer is made to wait. */
const MOST_UNREAD = 65_536;

/** Option requests after which a peer is taken for a broken or hostile one; an honest one makes about ten. */
const MOST_REQUESTS = 1000;

/** A channel of serial bytes inside a telnet connection. */
export interface TelnetChannel extends Channel {
  /** Sends bytes that are telnet already: option words and subnegotiations. */
  sendRaw(bytes: Uint8Array): Promise<void>;
}

/** What the owner of the telnet side does. */
export interface TelnetOwner {
  /** Called after each option word of the other side. */
  option?(): void;
  /** Called with each command of the COM-PORT-OPTION. The bytes returned are sent. */
  comPort(command: number, value: number): Uint8Array | undefined;
  /** Called when the connection has ended, from whichever side, and no further word will come. */
  ended?(): void;
}

/** Runs telnet on a raw channel: data is delivered, options are negotiated, COM-PORT commands go to the owner. */
export function telnetChannel(raw: Channel, options: TelnetOptions, owner: TelnetOwner): TelnetChannel {
  const queue = byteQueue();
  const decoder = telnetDecoder();
  let requests = 0;

  function take(chunk: Uint8Array): Uint8Array {
    const answers: Uint8Array[] = [];
    for (const event of decoder.push(chunk)) {
      if (event.kind === 'data') {
        queue.push(event.bytes);
      } else if (event.kind === 'option') {
        if (++requests > MOST_REQUESTS)
          throw new Fault('link', `${raw.peer} negotiates telnet options without end`);
        answers.push(options.hear(event.verb, event.option));
        decoder.binary = options.theirs(OPTION.BINARY) === true;
        owner.option?.();
      } else if (event.option === OPTION.COM_PORT) {
        const said = readComPort(event.bytes);
        const answer = said === undefined ? undefined : owner.comPort(said.command, said.value);
        if (answer !== undefined) answers.push(answer);
      }
    }
    return Uint8Array.from(answers.flatMap((answer) => [...answer]));
  }

  async function pump(): Promise<void> {
    try {
      for await (const chunk of raw.incoming) {
        const answer = take(chunk);
        if (answer.length > 0) await raw.write(answer);
        if (queue.waiting >= MOST_UNREAD) await queue.below(MOST_UNREAD);
      }
      queue.end();
    } catch (thrown) {
      queue.end(faultOf(thrown, 'link'));
      await raw.close();
    }
    owner.ended?.();
  }
  void pump();

  return {
    peer: raw.peer,
    incoming: queue.incoming,
    write: (bytes) => raw.write(telnetEscape(bytes, options.ours(OPTION.BINARY) === true)),
    sendRaw: (bytes) => (bytes.length === 0 ? Promise.resolve() : raw.write(bytes)),
    close: () => {
      queue.end();
      return raw.close();
    },
  };
}
