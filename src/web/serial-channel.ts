import { byteQueue } from '../core/byte-queue.ts';
import { Fault } from '../core/fault.ts';
import { type Line, lineText } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import type { WebSerialPort, WebSerialSettings } from './serial-api.ts';
import { lostFault, openFault } from './serial-fault.ts';

/** Bytes that the browser keeps while the page is busy: more than a second at 115,200 baud. */
const BUFFER = 16_384;
/** Unread bytes from which on the port is made to wait. */
const MOST_UNREAD = 65_536;
/** Milliseconds between a receive error and the next attempt to read. */
const AFTER_ERROR = 5;
/** Milliseconds that a port may take to send what it was given; an adapter that hangs never does. */
const SENDING = 3_000;

/** Opens a port and switches its lines on. Rejects with a `SerialFault`. */
export async function openPort(port: WebSerialPort, line: Line, name: string): Promise<void> {
  const settings: WebSerialSettings = {
    baudRate: line.baud,
    dataBits: line.dataBits,
    stopBits: line.stopBits,
    parity: line.parity,
    bufferSize: BUFFER,
    flowControl: 'none',
  };
  try {
    await port.open(settings);
  } catch (thrown) {
    throw openFault(name, line, thrown);
  }
  // Optical heads live on these lines, and not every system switches them on. Adapters without them work as well.
  await port.setSignals({ dataTerminalReady: true, requestToSend: true }).catch(() => undefined);
}

/**
 * A channel over a port that is open. Web Serial cannot change the settings of an open port, so for that it is closed and
 * opened again, which the user does not see; what is still to be sent goes out before.
 * @param onLost told once when the adapter went away
 */
export function portChannel(port: WebSerialPort, line: Line, name: string, onLost: () => void): Channel {
  const queue = byteQueue();
  let present = line;
  let dead: Fault | undefined;
  let isPaused = false;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let writer = port.writable?.getWriter();
  /** What changes the port comes one after the other. */
  let changing: Promise<unknown> = Promise.resolve();

  const over = (): boolean => dead !== undefined || isPaused;

  async function read(): Promise<void> {
    // A framing or parity error ends the stream and not the port, which has a new one then.
    for (let source = port.readable; source !== null && !over(); source = port.readable) {
      const own = (reader = source.getReader());
      await drain(own);
      own.releaseLock();
      if (over()) return;
      await pause(AFTER_ERROR); // a port that only brings errors must not stop the page
    }
    if (!over()) lose();
  }

  /** Reads a stream until it ends or breaks. */
  async function drain(from: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await from.read();
        if (done) return;
        queue.push(value);
        if (queue.waiting >= MOST_UNREAD) await queue.below(MOST_UNREAD);
      }
    } catch {
      // What it was is of no use: the next stream works, or there is none.
    }
  }

  function lose(thrown?: unknown): Fault {
    if (dead !== undefined) return dead;
    const fault = lostFault(name, thrown);
    die(fault, fault);
    onLost();
    return fault;
  }

  function die(why: Fault, told: Fault | undefined): void {
    dead = why;
    port.removeEventListener('disconnect', unplugged);
    queue.end(told);
  }

  const unplugged = (): void => {
    lose();
  };
  port.addEventListener('disconnect', unplugged);
  /** Reading as it goes on now. */
  let reading = read();

  /** Lets go of both streams and closes the port. What is still to be sent goes out, unless it takes too long. */
  async function release(): Promise<void> {
    const [own, from] = [writer, reader];
    writer = undefined;
    if (own !== undefined) {
      await sent(own);
      own.releaseLock();
    }
    await from?.cancel().catch(() => undefined);
    await reading;
    await port.close().catch(() => undefined); // it is gone
  }

  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = changing.then(act);
    changing = done.catch(() => undefined);
    return done;
  }

  async function reopen(next: Line): Promise<void> {
    if (dead !== undefined) throw dead;
    if (lineText(next) === lineText(present)) return;
    isPaused = true;
    await release();
    isPaused = false;
    throwIfDead();
    try {
      await openPort(port, next, name);
    } catch (thrown) {
      throw lose(thrown);
    }
    present = next;
    writer = port.writable?.getWriter();
    reading = read();
  }

  /** Closed or lost meanwhile. */
  function throwIfDead(): void {
    if (dead !== undefined) throw dead;
  }

  async function write(bytes: Uint8Array): Promise<void> {
    await changing;
    throwIfDead();
    if (writer === undefined) throw lose();
    try {
      await writer.write(bytes);
    } catch (thrown) {
      throw lose(thrown);
    }
  }

  return {
    peer: `${name} at ${lineText(line)}`,
    incoming: queue.incoming,
    write: (bytes) => write(bytes.slice()),
    setLine: (next) => inTurn(() => reopen(next)),
    close: async () => {
      if (dead === undefined) die(new Fault('link', `${name} is closed`), undefined);
      await inTurn(release);
    },
  };
}

/** Closes a writer when everything has gone out, or gives up waiting for that. */
function sent(writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => {
      writer.abort().catch(() => undefined); // it is gone
      resolve();
    }, SENDING);
    const done = (): void => {
      clearTimeout(giveUp);
      resolve();
    };
    writer.close().then(done, done);
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
