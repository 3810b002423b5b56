import { pour } from '../byte-queue.ts';
import type { Clock } from '../clock.ts';
import { Fault, faultOf } from '../fault.ts';
import type { Channel } from '../link.ts';

/** The one reader of a channel: hands every chunk to whoever listens at that moment. */
export interface Tap {
  readonly channel: Channel;
  /** Clock time of the last byte heard; the time of opening before the first. */
  readonly lastHeard: number;
  /** Opens an inbox that collects bytes from now on. */
  inbox(): Inbox;
  /** Why the channel ended; undefined while it lives. */
  readonly ended: Fault | undefined;
}

/** Whoever listens to an inbox. Must not throw. */
export interface Listener {
  /** Called with each chunk. */
  hear(bytes: Uint8Array): void;
  /** Called once when the channel ends. */
  end(fault: Fault): void;
}

/** Bytes that arrived for one dialogue and were not consumed yet. */
export interface Inbox {
  /** Who listens now; chunks that arrive while nobody does are kept for `take`. */
  listener: Listener | undefined;
  /** All bytes kept, joined; the inbox is empty afterwards. */
  take(): Uint8Array;
  /** Puts bytes back in front, for the next to take. */
  putBack(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Starts reading a channel.
 * @param onChunk told of every chunk, and whether anybody was listening
 */
export function tap(
  channel: Channel,
  clock: Clock,
  onChunk: (bytes: Uint8Array, heard: boolean) => void,
): Tap {
  const inboxes = new Set<Inbox>();
  let lastHeard = clock.now();
  let ended: Fault | undefined;
  pour(channel.incoming, {
    take: (bytes) => {
      lastHeard = clock.now();
      onChunk(bytes, inboxes.size > 0);
      // A list of its own, since who has heard enough leaves.
      for (const inbox of inboxes.size > 1 ? [...inboxes] : inboxes) deliver(inbox, bytes);
      return undefined;
    },
    end: (thrown) => {
      const fault =
        thrown === undefined
          ? new Fault('link', `${channel.peer} closed the connection`)
          : faultOf(thrown, 'link');
      ended = fault;
      for (const inbox of [...inboxes]) inbox.listener?.end(fault);
    },
  });
  return {
    channel,
    get lastHeard() {
      return lastHeard;
    },
    get ended() {
      return ended;
    },
    inbox() {
      const inbox = new Box(inboxes);
      inboxes.add(inbox);
      return inbox;
    },
  };
}

function deliver(inbox: Inbox, bytes: Uint8Array): void {
  if (inbox.listener === undefined) inbox.putBack(join([inbox.take(), bytes]));
  else inbox.listener.hear(bytes);
}

const NOTHING = new Uint8Array(0);
/** Most bytes that an inbox keeps while nobody takes them; the oldest go first. */
const MOST_KEPT = 64 * 1024;

class Box implements Inbox {
  listener: Listener | undefined;
  private kept: Uint8Array = NOTHING;
  private readonly among: Set<Inbox>;

  constructor(among: Set<Inbox>) {
    this.among = among;
  }

  take(): Uint8Array {
    const all = this.kept;
    this.kept = NOTHING;
    return all;
  }

  putBack(bytes: Uint8Array): void {
    this.kept = join([bytes, this.kept]).slice(-MOST_KEPT);
  }

  close(): void {
    this.among.delete(this);
  }
}

/** Chunks as one run of bytes. */
export function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
