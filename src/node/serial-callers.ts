import type { Socket } from 'node:net';
import { byteQueue } from '../core/byte-queue.ts';
import { type Fault, faultOf } from '../core/fault.ts';
import type { Channel } from '../core/link.ts';
import { endedFault, lossFault } from './socket-fault.ts';

/** A host that knows its converter by the serial number of the device behind it. */
export interface SerialHost {
  readonly serial: string;
  /** Equal for hosts whose question is the same. */
  readonly key: string;
  /** Asks whoever is behind the channel for the number. */
  readonly ask: (channel: Channel, signal: AbortSignal) => Promise<string>;
}

/** What asking brought. */
export type Told =
  | { readonly serial: string }
  /** The faults of all questions, in words, and whether somebody refused (a password, for one). */
  | { readonly why: string; readonly refused: boolean };

/** Milliseconds that one question may take: a sign-on at two rates to a silent meter takes a fifth of it. */
const QUESTION_PATIENCE = 30_000;

/**
 * Asks a caller for the serial number behind it: each question that the hosts have once, until one is answered. The
 * socket is paused before and after; it is destroyed when it ended, or when a question never came to an end.
 * @param hosts who waits now; they may change while it is asked
 */
export async function askCaller(
  socket: Socket,
  peer: string,
  early: Uint8Array,
  hosts: () => readonly SerialHost[],
): Promise<Told> {
  const asked = new Set<string>();
  const faults: Fault[] = [];
  for (;;) {
    const next = hosts().find(({ key }) => !asked.has(key));
    if (next === undefined || socket.destroyed) break;
    asked.add(next.key);
    const lent = lend(socket, peer, asked.size === 1 ? early : new Uint8Array());
    const ends = AbortSignal.timeout(QUESTION_PATIENCE);
    const stuck = (): void => void socket.destroy();
    const late = setTimeout(stuck, 2 * QUESTION_PATIENCE).unref();
    try {
      return { serial: await next.ask(lent.channel, ends) };
    } catch (error) {
      faults.push(faultOf(error, 'format'));
    } finally {
      clearTimeout(late);
      lent.giveBack();
    }
  }
  return {
    why: `the device behind it does not tell its serial number: ${faults.map(({ message }) => message).join('; ')}`,
    refused: faults.some(({ code }) => code === 'refused'),
  };
}

/** A channel over a socket that outlives it: closing gives the socket back, and what is left unread is dropped. */
function lend(
  socket: Socket,
  peer: string,
  early: Uint8Array,
): { readonly channel: Channel; readonly giveBack: () => void } {
  const queue = byteQueue();
  const take = (chunk: Uint8Array): void => queue.push(chunk);
  const gone = (): void => queue.end(endedFault(peer));
  const giveBack = (): void => {
    socket.off('data', take).off('end', gone).off('close', gone);
    socket.pause();
    queue.end();
  };
  queue.push(early);
  socket.on('data', take).on('end', gone).on('close', gone);
  socket.resume();
  return {
    giveBack,
    channel: {
      peer,
      incoming: queue.incoming,
      write: (bytes) =>
        new Promise((resolve, reject) => {
          socket.write(bytes, (error) => {
            if (error instanceof Error) reject(lossFault(peer, error));
            else resolve();
          });
        }),
      close: () => {
        giveBack();
        return Promise.resolve();
      },
    },
  };
}
