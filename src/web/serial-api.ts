import type { Parity } from '../core/line.ts';

/**
 * The part of Web Serial that is used here (https://wicg.github.io/serial/). Written down since neither TypeScript nor
 * Node know it, and so that tests can bring a port of their own.
 */

/** How a port is opened. */
export interface WebSerialSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
  readonly parity: Parity;
  /** Bytes that the browser keeps in each direction. */
  readonly bufferSize: number;
  readonly flowControl: 'none';
}

/** What is known of the adapter: numbers of its maker and product, where it hangs on USB. */
export interface WebSerialInfo {
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

/** A port that the person at the browser allowed this page to use. */
export interface WebSerialPort {
  /** False while the adapter is unplugged; absent in older browsers. */
  readonly connected?: boolean;
  /** null while the port is closed, and after it was lost. Receive errors end it, and the next look brings a new one. */
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(settings: WebSerialSettings): Promise<void>;
  /** Switches lines of the port; rejects where the adapter has none. */
  setSignals(signals: {
    readonly dataTerminalReady: boolean;
    readonly requestToSend: boolean;
  }): Promise<void>;
  /** Rejects while a reader or writer holds one of the streams. */
  close(): Promise<void>;
  getInfo(): WebSerialInfo;
  addEventListener(type: 'disconnect', listener: () => void): void;
  removeEventListener(type: 'disconnect', listener: () => void): void;
}

/** `navigator.serial`. */
export interface WebSerial {
  /** Lets the person choose a port; only in answer to a click. Rejects with `NotFoundError` when none was chosen. */
  requestPort(): Promise<WebSerialPort>;
  /** Ports that were allowed before and are plugged in. */
  getPorts(): Promise<readonly WebSerialPort[]>;
}
