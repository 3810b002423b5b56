/** What needs a browser: serial ports by Web Serial, and its clock. */
export { browserClock } from './clock.ts';
export { portName, webSerialLink, type WebSerialOptions } from './serial.ts';
export type { WebSerial, WebSerialInfo, WebSerialPort, WebSerialSettings } from './serial-api.ts';
export {
  choosePort,
  SerialFault,
  type SerialSurroundings,
  type SerialTrouble,
  webSerialOf,
} from './serial-fault.ts';
