/** What needs Node: links to serial ports and converters, the system's clock, recording and replaying. */
export { systemClock } from './clock-node.ts';
export { LINK_FORMS, type LinkAddress, type LinkOptions, openLink, parseLink } from './parse-link.ts';
export { ptyLink } from './pty.ts';
export { recording } from './record.ts';
export { play, type ReplayAddress, replayLink, type ReplayOptions } from './replay.ts';
export { type Rfc2217Address, rfc2217Link, type Rfc2217Options } from './rfc2217.ts';
export { type Rfc2217ListenAddress, type Rfc2217ListenLink, rfc2217ListenLink } from './rfc2217-listen.ts';
export { type Driver, DRIVERS, type SerialAddress, serialLink, type SerialOptions } from './serial.ts';
export { listPorts, type PortInfo } from './serial-list.ts';
export { type TcpAddress, tcpLink, type TcpOptions } from './tcp.ts';
export {
  type ListenLink,
  type TcpListenAddress,
  tcpListenLink,
  type TcpListenOptions,
} from './tcp-listen.ts';
