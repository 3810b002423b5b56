import type { SerialPort } from 'serialport';
import { byteQueue } from '../core/byte-queue.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { lineText, type Line } from '../core/line.ts';
import type { Channel } from '../core/link.ts';
import { openFault, portLostFault } from './serial-fault.ts';
import { messageOf } from './socket-fault.ts';
import { streamChannel, type StreamChannel } from './stream-channel.ts';

/** Serial ports by the optional package serialport: every baud rate, Windows and macOS. */

/** The package's port class, or a `link` fault when it is not installed or does not load on this machine. */
export async function loadSerialport(): Promise<typeof SerialPort> {
  try {
    return (await import('serialport')).SerialPort;
  } catch (thrown) {
    throw new Fault(
      'link',
      `the package serialport does not load: ${messageOf(thrown).split('\n')[0] ?? ''}`,
      {
        hint: 'install it with `npm install serialport`; on Linux driver=stty works without it',
        cause: thrown,
      },
    );
  }
}

/**
 * Opens the port. Rejects with a `link` fault. A change of baud rate is done on the open port; the package cannot
 * change the character format, so for that the port is closed and opened again, which the user does not see.
 * @param pseudo true for a pseudo-terminal, which has no character format to set
 */
export async function openWithSerialport(path: string, line: Line, pseudo: boolean): Promise<Channel> {
  const Port = await loadSerialport();
  const queue = byteQueue();
  let present = line;
  let port = await openPort(Port, path, line, pseudo);
  let inner = portChannel(port, path);
  let closed = false;

  async function pump(from: StreamChannel): Promise<void> {
    let fault: Fault | undefined;
    try {
      for await (const chunk of from.incoming) {
        queue.push(chunk);
        if (queue.waiting >= MOST_UNREAD) await queue.below(MOST_UNREAD);
      }
    } catch (thrown) {
      fault = faultOf(thrown, 'link');
    }
    if (from === inner) queue.end(fault); // otherwise a reopened port has taken its place
  }
  void pump(inner);

  async function reopen(next: Line): Promise<void> {
    const old = inner;
    inner = closedChannel(path);
    await old.close();
    try {
      port = await openPort(Port, path, next, pseudo);
    } catch (thrown) {
      queue.end(faultOf(thrown, 'link'));
      throw thrown;
    }
    inner = portChannel(port, path);
    void pump(inner);
    if (closed) await inner.close();
  }

  async function change(next: Line): Promise<void> {
    if (lineText({ ...next, baud: present.baud }) !== lineText(present)) {
      await reopen(next);
      return;
    }
    await act((done) => {
      port.update({ baudRate: next.baud }, done);
    }, path);
  }

  async function setLine(next: Line): Promise<void> {
    await act((done) => {
      port.drain(done);
    }, path);
    // The package empties the system's buffers when it changes the rate. Behind a real port that is harmless now,
    // all is sent; a pseudo-terminal has no rate, and would lose what its other side has not read yet.
    if (!pseudo && lineText(next) !== lineText(present)) await change(next);
    present = next;
  }

  const closedFault = (): Fault => new Fault('link', `${path} is closed`);

  return {
    peer: `${path} at ${lineText(line)}`,
    incoming: queue.incoming,
    write: (bytes) => inner.write(bytes),
    setLine: async (next) => {
      if (!inner.alive) throw closed ? closedFault() : portLostFault(path);
      try {
        await setLine(next);
      } catch (thrown) {
        throw closed ? closedFault() : thrown; // closing in the middle makes the package throw odd errors
      }
    },
    close: async () => {
      closed = true;
      await inner.close();
      queue.end();
    },
  };
}

/** Unread bytes from which on the port is made to wait. */
const MOST_UNREAD = 65_536;

async function openPort(
  Port: typeof SerialPort,
  path: string,
  line: Line,
  pseudo: boolean,
): Promise<SerialPort> {
  const port = new Port({
    path,
    baudRate: line.baud,
    dataBits: pseudo ? 8 : line.dataBits,
    parity: pseudo ? 'none' : line.parity,
    stopBits: pseudo ? 1 : line.stopBits,
    lock: true,
    hupcl: false, // dropping DTR on close resets some devices
    autoOpen: false,
  });
  try {
    await act((done) => {
      port.open(done);
    }, path);
  } catch (thrown) {
    throw await openFault(path, thrown instanceof Fault ? thrown.cause : thrown);
  }
  return port;
}

/** Runs a method of the package that calls back with an error or without one. */
function act(start: (done: (error: Error | null) => void) => void, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error instanceof Error) reject(portLostFault(path, error));
      else resolve();
    });
  });
}

function portChannel(port: SerialPort, path: string): StreamChannel {
  return streamChannel({
    peer: path,
    input: port,
    output: port,
    broke: (thrown) => portLostFault(path, thrown),
    ended: () => portLostFault(path),
    stuckHint: 'the adapter does not send: it hangs, or hardware flow control holds it back',
    release: async () => {
      if (!port.isOpen) return;
      await new Promise<void>((resolve) => {
        port.close(() => {
          resolve(); // an error here means that it was closed already
        });
      });
    },
  });
}

/** What stands in while the port is closed and opened again. */
function closedChannel(path: string): StreamChannel {
  const fault = new Fault('link', `${path} is being opened again with other settings`);
  return {
    peer: path,
    incoming: byteQueue().incoming,
    alive: false,
    receivedBytes: 0,
    closed: Promise.resolve(),
    fail: () => undefined,
    write: () => Promise.reject(fault),
    close: () => Promise.resolve(),
  };
}
