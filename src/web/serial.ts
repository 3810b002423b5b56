import { Fault } from '../core/fault.ts';
import type { Line, Format } from '../core/line.ts';
import type { Channel, Link } from '../core/link.ts';
import { overridden } from '../core/overridden.ts';
import type { WebSerial, WebSerialPort } from './serial-api.ts';
import { openPort, portChannel } from './serial-channel.ts';
import { lostFault } from './serial-fault.ts';

/** What may be fixed about a port; what is left out is as the device wants it. */
export interface WebSerialOptions {
  readonly baud?: number;
  readonly format?: Format;
}

/** Milliseconds until the page hears of a byte: the adapter waits up to 16, and the browser hands it over. */
const LATENCY = 50;
/** Milliseconds by which one answer may be torn apart on that way, also by a page that is drawing. */
const GAP = 40;

/**
 * A link to a port that was chosen. An unplugged adapter ends the channel; connecting again succeeds when it is back,
 * as long as the browser remembers that the page may use it.
 */
export function webSerialLink(
  serial: WebSerial,
  chosen: WebSerialPort,
  options: WebSerialOptions = {},
): Link {
  const name = portName(chosen);
  let port = chosen;
  let isLost = false;

  async function connect(line: Line): Promise<Channel> {
    if (isLost) {
      // Plugged in again it is another object, and only its numbers tell that it is the same.
      const back = (await serial.getPorts()).filter(
        (one) => portName(one) === name && one.connected !== false,
      );
      const found = back.at(-1);
      if (found === undefined) throw lostFault(name);
      port = found;
    }
    await openPort(port, line, name);
    isLost = false;
    return portChannel(port, line, name, () => {
      isLost = true;
    });
  }

  return {
    name,
    latency: LATENCY,
    gap: GAP,
    renewable: false,
    connect: async (wanted, signal) => {
      const cancelled = new Fault('cancelled', `opening ${name} was cancelled`);
      const isOver = (): boolean => signal.aborted;
      if (isOver()) throw cancelled;
      const channel = await connect(overridden(wanted, options));
      if (isOver()) {
        await channel.close();
        throw cancelled;
      }
      const setLine = channel.setLine?.bind(channel);
      if (setLine === undefined) return channel;
      return { ...channel, setLine: (next) => setLine(overridden(next, options)) };
    },
  };
}

/** What a port is called: by its numbers on USB, since browsers tell a page no more. */
export function portName(port: WebSerialPort): string {
  const { usbVendorId, usbProductId } = port.getInfo();
  if (usbVendorId === undefined) return 'serial port';
  const four = (number: number): string => number.toString(16).padStart(4, '0');
  return `USB serial port ${four(usbVendorId)}:${four(usbProductId ?? 0)}`;
}
