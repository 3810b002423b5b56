import type { Socket } from 'node:net';
import type { SerialHost } from './serial-callers.ts';

/** Somebody who expects a converter to call. */
export interface Host {
  /** True when a caller from this address may connect at all. */
  allows(address: string): boolean;
  /** What tells this host's converter from others. */
  readonly match:
    | { readonly by: 'address'; readonly single: boolean; matches(address: string): boolean }
    | { readonly by: 'text'; readonly text: Uint8Array }
    | ({ readonly by: 'serial' } & SerialHost)
    | { readonly by: 'anything' };
  /** Gives it a caller. Returns why the caller is not wanted, or undefined when it was taken over. */
  offer(caller: Caller): string | undefined;
}

/** A converter that called and was told apart. */
export interface Caller {
  /** Paused; nobody else uses it. */
  readonly socket: Socket;
  /** IP address. */
  readonly address: string;
  /** Address and port, for people. */
  readonly peer: string;
  /** Bytes that it sent already and that are not its registration. */
  readonly early: Uint8Array;
}

/** Limits on callers that have not been told apart. */
export interface DialInLimits {
  /** Connections at a time. */
  readonly callers: number;
  /** Connections at a time from one address. */
  readonly callersFromOneAddress: number;
  /** Bytes in which the registration text must appear. */
  readonly bytes: number;
  /** Milliseconds in which it must appear. */
  readonly milliseconds: number;
}
