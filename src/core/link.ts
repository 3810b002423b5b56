import type { Line } from './line.ts';

/**
 * An open way for bytes in both directions. Whoever holds it is its only user.
 *
 * `incoming` ends (is done, or throws a `link` fault) when the other side is gone; after that the channel is
 * dead and a new one must be connected. It is consumed once.
 */
export interface Channel {
  /** Who is at the other end, for people: `192.168.2.22:9999`, `/dev/ttyUSB0 at 115200 8N1`. */
  readonly peer: string;
  /** Bytes as they arrive, in chunks of any size; never an empty chunk. A chunk is not changed later. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Hands bytes to the system; resolves when they were accepted. Rejects with a `link` fault when the channel is dead. */
  write(bytes: Uint8Array): Promise<void>;
  /** Changes baud rate and format; resolves when in force. Absent where a remote converter has fixed settings. */
  setLine?(line: Line): Promise<void>;
  /**
   * Settings that the other end is using, where this end is the device's and can know them (a served RFC 2217 port, a
   * line in memory). Absent elsewhere.
   */
  readonly line?: Line | undefined;
  /** Closes; `incoming` ends. Idempotent, never throws. */
  close(): Promise<void>;
}

/** A place where a channel can be had, again and again. */
export interface Link {
  /** The link as the user wrote it, secrets removed. */
  readonly name: string;
  /**
   * Added latency to allow for on top of the wire time, in milliseconds: what a converter and a network add to
   * the first byte (`latency`) and between two chunks of one answer (`gap`). Zero on a local port.
   */
  readonly latency: number;
  readonly gap: number;
  /** Whether a silent peer may be helped by a new connection (half-open TCP); false for a local port. */
  readonly renewable: boolean;
  /**
   * Opens the port, dials out, or waits for a dial-in; the caller cannot tell which.
   * Rejects with a `link` fault, or with `cancelled` when the signal aborts.
   * @param line settings wanted; ignored where a remote converter has fixed settings
   */
  connect(line: Line, signal: AbortSignal): Promise<Channel>;
}
