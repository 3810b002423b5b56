import type { Socket } from 'node:net';
import { show } from '../core/bytetext.ts';
import type { DialInLimits, Host } from './callers.ts';

/** A caller that is not told apart yet. */
export interface Pending {
  readonly address: string;
  /** Refuses it now. */
  giveUp(why: string): void;
}

/** What becomes of such a caller. */
export interface Outcome {
  done(self: Pending): void;
  registered(host: Host, early: Uint8Array): void;
  unknown(early: Uint8Array, why: string): void;
  refused(why: string): void;
}

/** Hears what a caller says first until the text of a host is in it, or too much or nothing came. */
export function awaitRegistration(
  socket: Socket,
  address: string,
  limits: DialInLimits,
  hosts: readonly Host[],
  outcome: Outcome,
): Pending {
  let heard = Buffer.alloc(0);
  const timer = setTimeout(() => {
    finish(() => {
      unknown(`no registration text within ${limits.milliseconds} ms`);
    });
  }, limits.milliseconds).unref();
  const self: Pending = {
    address,
    giveUp: (why) => {
      finish(() => {
        outcome.refused(why);
      });
    },
  };

  function finish(then: () => void): void {
    clearTimeout(timer);
    socket.off('data', look);
    socket.off('close', gone);
    socket.pause();
    outcome.done(self);
    then();
  }

  /** What it did send is the registration text that the user should have written. */
  function unknown(what: string): void {
    outcome.unknown(
      heard,
      heard.length === 0 ? `${what}, it sent nothing` : `${what}, it sent ${show(heard.subarray(0, 64))}`,
    );
  }

  function look(chunk: Buffer): void {
    heard = Buffer.concat([heard, chunk]);
    for (const host of hosts) {
      if (host.match.by !== 'text') continue;
      const at = heard.subarray(0, limits.bytes).indexOf(host.match.text);
      if (at < 0) continue;
      let rest = at + host.match.text.length;
      while (heard[rest] === 0x0d || heard[rest] === 0x0a) rest++;
      finish(() => {
        outcome.registered(host, heard.subarray(rest));
      });
      return;
    }
    if (heard.length < limits.bytes) return;
    finish(() => {
      unknown(`no registration text in its first ${limits.bytes} bytes`);
    });
  }

  function gone(): void {
    finish(() => undefined);
  }

  socket.on('data', look);
  socket.on('close', gone);
  socket.resume();
  return self;
}
