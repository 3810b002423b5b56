import { type Line, lineText } from '../../src/core/line.ts';
import type { Channel } from '../../src/core/link.ts';
import type { MemoryLine } from '../../src/core/memory-link.ts';
import type { WebSerial, WebSerialInfo, WebSerialPort, WebSerialSettings } from '../../src/web/serial-api.ts';

/**
 * Web Serial as Chromium has it, with a line in memory for a wire. Runs in Node and in a page. What a port does follows
 * the specification (https://wicg.github.io/serial/): states, locks, errors by name, streams that end and come anew.
 */

/** A fault that a receiver reports and a port survives. */
export type ReceiveError = 'FramingError' | 'ParityError' | 'BreakError' | 'BufferOverrunError';

/** What a port was asked to do, for tests to look at. */
export interface Opening {
  readonly settings: WebSerialSettings;
}

export class FakePort extends EventTarget implements WebSerialPort {
  connected = true;
  /** Every opening so far. */
  readonly openings: Opening[] = [];
  /** Whether the lines that feed optical heads are on; undefined: the adapter has none. */
  powered: boolean | undefined = false;
  /** The next opening fails with this. */
  refusal: Error | undefined;
  /** What becomes of bytes that come in at these settings: a wrong rate makes garbage of them. */
  hear: (bytes: Uint8Array, line: Line) => Uint8Array = (bytes) => bytes;
  readonly #wire: MemoryLine;
  readonly #info: WebSerialInfo;
  #channel: Channel | undefined;
  #line: Line | undefined;
  #readable: ReadableStream<Uint8Array> | null = null;
  #writable: WritableStream<Uint8Array> | null = null;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(wire: MemoryLine, info: WebSerialInfo) {
    super();
    this.#wire = wire;
    this.#info = info;
  }

  getInfo(): WebSerialInfo {
    return this.#info;
  }

  get readable(): ReadableStream<Uint8Array> | null {
    if (this.#channel === undefined || !this.connected) return null;
    this.#readable ??= new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#endReading();
      },
    });
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    const channel = this.#channel;
    if (channel === undefined || !this.connected) return null;
    this.#writable ??= new WritableStream<Uint8Array>({
      write: async (bytes) => {
        if (!this.connected) throw new DOMException('The device has been lost.', 'NetworkError');
        await channel.write(bytes);
      },
      close: () => {
        this.#writable = null;
      },
      abort: () => {
        this.#writable = null;
      },
    });
    return this.#writable;
  }

  async open(settings: WebSerialSettings): Promise<void> {
    if (this.#channel !== undefined) throw new DOMException('The port is already open.', 'InvalidStateError');
    if (!(settings.baudRate > 0)) throw new TypeError('Requested baud rate must be greater than zero.');
    if (!this.connected || this.refusal !== undefined)
      throw this.refusal ?? new DOMException('Failed to open serial port.', 'NetworkError');
    const line: Line = {
      baud: settings.baudRate,
      dataBits: settings.dataBits,
      parity: settings.parity,
      stopBits: settings.stopBits,
    };
    this.openings.push({ settings });
    this.#line = line;
    this.#channel = await this.#wire.link.connect(line, new AbortController().signal);
    void this.#pump(this.#channel, line);
  }

  setSignals(signals: {
    readonly dataTerminalReady: boolean;
    readonly requestToSend: boolean;
  }): Promise<void> {
    if (this.#channel === undefined || this.powered === undefined)
      return Promise.reject(new DOMException('Failed to set control signals.', 'NetworkError'));
    this.powered = signals.dataTerminalReady && signals.requestToSend;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) throw new DOMException('The port is already closed.', 'InvalidStateError');
    if (this.#readable?.locked === true || this.#writable?.locked === true)
      throw new TypeError('Cannot cancel a locked stream');
    this.#channel = undefined;
    if (this.powered !== undefined) this.powered = false;
    this.#endReading();
    this.#writable = null;
    await channel.close();
  }

  /** How it is open now, as people write it; undefined while it is closed. */
  get present(): string | undefined {
    return this.#channel === undefined || this.#line === undefined ? undefined : lineText(this.#line);
  }

  /** The receiver reports an error: this stream breaks, the next one works. */
  receive(error: ReceiveError): void {
    const controller = this.#controller;
    this.#endReading();
    controller?.error(new DOMException(`Received a ${error}.`, error));
  }

  /** Somebody pulls the adapter out. */
  unplug(): void {
    this.connected = false;
    const controller = this.#controller;
    this.#endReading();
    controller?.error(new DOMException('The device has been lost.', 'NetworkError'));
    this.dispatchEvent(new Event('disconnect'));
  }

  #endReading(): void {
    this.#readable = null;
    this.#controller = undefined;
  }

  async #pump(channel: Channel, line: Line): Promise<void> {
    try {
      for await (const bytes of channel.incoming) {
        if (!this.connected || this.#channel !== channel) continue;
        // What comes while nobody reads waits in the stream, which looking at it makes.
        if (this.readable !== null) this.#controller?.enqueue(this.hear(bytes, line));
      }
    } catch {
      // The wire was cut: whoever did that says so by `unplug`.
    }
  }
}

/** A computer with one adapter. */
export class FakeSerial implements WebSerial {
  readonly #wire: MemoryLine;
  readonly #info: WebSerialInfo;
  /** The adapter as it is plugged in now. */
  port: FakePort;
  /** True: the person closes the list without choosing. */
  choosesNone = false;

  constructor(wire: MemoryLine, info: WebSerialInfo = { usbVendorId: 0x1a86, usbProductId: 0x7523 }) {
    this.#wire = wire;
    this.#info = info;
    this.port = new FakePort(wire, info);
  }

  /** Plugs the adapter in again: a new object, as in Chromium. */
  plug(): void {
    const { hear } = this.port;
    this.port = new FakePort(this.#wire, this.#info);
    this.port.hear = hear;
  }

  requestPort(): Promise<WebSerialPort> {
    if (!this.choosesNone) return Promise.resolve(this.port);
    return Promise.reject(
      new DOMException(
        "Failed to execute 'requestPort' on 'Serial': No port selected by the user.",
        'NotFoundError',
      ),
    );
  }

  getPorts(): Promise<readonly WebSerialPort[]> {
    return Promise.resolve(this.port.connected ? [this.port] : []);
  }
}
