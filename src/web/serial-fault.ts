import { Fault } from '../core/fault.ts';
import { type Line, lineText } from '../core/line.ts';
import type { WebSerial, WebSerialPort } from './serial-api.ts';

/** What can be wrong with a port in a browser, one word each, so that a page can say it in its own language. */
export type SerialTrouble =
  /** The browser has no Web Serial. */
  | 'unsupported'
  /** The page came over plain http, where browsers keep it back. */
  | 'insecure'
  /** The page may not ask for ports: a frame without permission, or an administrator's rule. */
  | 'forbidden'
  /** The person closed the list without choosing. */
  | 'none-chosen'
  /** This page, or another tab of it, has the port open. */
  | 'open-already'
  /** The system does not open it: another program has it, or the user may not. */
  | 'refused'
  /** The adapter cannot do this rate or format. */
  | 'settings'
  /** The adapter was unplugged, or lost power. */
  | 'lost';

/** A `link` fault of a port in a browser. */
export class SerialFault extends Fault {
  /** What is wrong, in one word. */
  readonly trouble: SerialTrouble;

  constructor(trouble: SerialTrouble, message: string, hint: string, cause?: unknown) {
    super('link', message, { hint, ...(cause === undefined ? {} : { cause }) });
    this.trouble = trouble;
  }
}

/** What a page's surroundings say of Web Serial. */
export interface SerialSurroundings {
  readonly isSecureContext: boolean;
  /** Whatever stands in `navigator.serial`. */
  readonly serial: unknown;
}

/** The browser's Web Serial. Throws a `SerialFault` where it has none, with what to do about it. */
export function webSerialOf({ isSecureContext, serial }: SerialSurroundings): WebSerial {
  // The border to the browser: what stands there is as its specification says.
  if (typeof serial === 'object' && serial !== null) return serial as WebSerial;
  if (!isSecureContext) {
    throw new SerialFault(
      'insecure',
      'this page came over plain http, where browsers give no access to serial ports',
      'open it by https, from localhost, or as a file of this computer',
    );
  }
  throw new SerialFault(
    'unsupported',
    'this browser has no Web Serial',
    'Chrome, Edge, Opera and other browsers made from Chromium have it, on a computer',
  );
}

/** Lets the person choose a port. Rejects with a `SerialFault` that says why there is none. */
export async function choosePort(serial: WebSerial): Promise<WebSerialPort> {
  try {
    return await serial.requestPort();
  } catch (thrown) {
    if (errorName(thrown) === 'NotFoundError') {
      throw new SerialFault(
        'none-chosen',
        'no port was chosen',
        'if the adapter is not in the list: is it plugged in, is its driver installed, may this user use it (on Linux: group dialout)?',
        thrown,
      );
    }
    throw new SerialFault(
      'forbidden',
      `this page may not ask for serial ports: ${messageOf(thrown)}`,
      'a page inside another one needs `allow="serial"`; an administrator may have forbidden it in the browser',
      thrown,
    );
  }
}

/** The fault for whatever opening a port threw. */
export function openFault(name: string, line: Line, thrown: unknown): SerialFault {
  switch (errorName(thrown)) {
    case 'InvalidStateError':
      return new SerialFault(
        'open-already',
        `${name} is open already`,
        'another tab of this page reads it: stop it there',
        thrown,
      );
    case 'TypeError':
    case 'NotSupportedError':
      return new SerialFault(
        'settings',
        `${name} cannot be opened at ${lineText(line)}: ${messageOf(thrown)}`,
        'choose another baud rate or format',
        thrown,
      );
    default:
      return new SerialFault(
        'refused',
        `${name} cannot be opened: ${messageOf(thrown)}`,
        'another program has it open (busbar itself, a terminal, ModemManager for some seconds), or this user may not use it (on Linux: group dialout)',
        thrown,
      );
  }
}

/** The fault for a port that went away while it was open. */
export function lostFault(name: string, thrown?: unknown): SerialFault {
  return new SerialFault(
    'lost',
    thrown === undefined ? `${name} is gone` : `${name} is gone: ${messageOf(thrown)}`,
    'the adapter was unplugged or lost power: plug it in again; if nothing comes then, choose the port anew',
    thrown,
  );
}

function errorName(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
