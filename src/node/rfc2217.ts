import { sleep, type Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { characterTime, lineText, type Format, type Line } from '../core/line.ts';
import type { Channel, Link } from '../core/link.ts';
import { systemClock } from './clock-node.ts';
import { COM, comPort, comSettingBytes, comSettings, PURGE, SERVER } from './com-port.ts';
import { overridden } from '../core/overridden.ts';
import { socketChannel } from './socket-channel.ts';
import { cancelledFault } from './socket-fault.ts';
import { CONVERTER_GAP, CONVERTER_LATENCY, dialTcp, hostPort } from './tcp.ts';
import { telnetChannel, type TelnetChannel } from './telnet-channel.ts';
import { OPTION, telnetOptions } from './telnet.ts';

/** Where a remote serial port with line control is (RFC 2217). */
export interface Rfc2217Address {
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Fixed baud rate; left out: what the device wants. */
  readonly baud?: number;
  /** Fixed character format; left out: what the device wants. */
  readonly format?: Format;
  /** `Link.latency`, ms. */
  readonly latency?: number;
  /** `Link.gap`, ms. */
  readonly gap?: number;
}

/** What may be changed about dialling. */
export interface Rfc2217Options {
  /** `Link.name`. Default made from the address. */
  readonly name?: string;
  /** Milliseconds for the connection, and again for each answer of the server. Default 5000. */
  readonly timeout?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Pause after a change of baud rate, ms: servers acknowledge when they have told their port, and the first
 * character sent right then is often lost (observed with meter heads; IEC 62056-21 allows 1500 ms here).
 */
const SETTLE = 50;

/**
 * A link to a remote serial port whose baud rate and parity can be set: ser2net, Moxa, Tasmota, esp-link.
 * A server that only speaks plain telnet or raw TCP is told apart by its missing answer and gives a `link` fault.
 */
export function rfc2217Link(address: Rfc2217Address, options: Rfc2217Options = {}): Link {
  const peer = hostPort(address.host, address.port);
  const timeout = options.timeout ?? 5000;
  return {
    name: options.name ?? `rfc2217://${peer}`,
    latency: address.latency ?? CONVERTER_LATENCY,
    gap: address.gap ?? CONVERTER_GAP,
    renewable: true,
    connect: async (line, signal) => {
      const socket = await dialTcp(address.host, address.port, signal, timeout);
      const client = remotePort(socketChannel(socket, { peer }), timeout, options.clock ?? systemClock);
      const abort = (): void => void client.close();
      signal.addEventListener('abort', abort);
      try {
        await client.begin(overridden(line, address));
      } catch (thrown) {
        await client.close();
        throw signal.aborted ? cancelledFault(`connecting to ${peer}`) : thrown;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      return { ...client.channel, setLine: (next) => client.setLine(overridden(next, address)) };
    },
  };
}

interface RemotePort {
  readonly channel: TelnetChannel;
  /** Negotiates, empties the server's buffers and sets the line. */
  begin(line: Line): Promise<void>;
  setLine(line: Line): Promise<void>;
  close(): Promise<void>;
}

function remotePort(raw: Channel, timeout: number, clock: Clock): RemotePort {
  const mine = [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD, OPTION.COM_PORT];
  const theirs = [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD];
  const agreed = telnetOptions(mine, theirs);
  const answers = new Map<number, number>();
  let look: (() => void) | undefined;
  let present: Line | undefined;
  let sentBy = clock.now(); // when the last character we wrote will have left the remote port
  let over = false;

  const inner = telnetChannel(raw, agreed, {
    option: () => look?.(),
    comPort(command, value) {
      answers.set(command, value);
      look?.();
      return undefined;
    },
    ended() {
      over = true;
      look?.();
    },
  });

  /** Waits until the condition gives something, while words come in. */
  function heard<T>(condition: () => T | undefined): Promise<T | undefined> {
    return new Promise((resolve) => {
      const settle = (value: T | undefined): void => {
        cancel();
        look = undefined;
        resolve(value);
      };
      const cancel = clock.after(timeout, () => {
        settle(undefined);
      });
      look = () => {
        const value = condition();
        if (value !== undefined || over) settle(value);
      };
      look();
    });
  }

  async function setLine(line: Line): Promise<void> {
    await sleep(clock, sentBy - clock.now()); // what was written belongs to the line as it was
    const before = new Map(
      present === undefined ? [] : comSettings(present).map((s) => [s.command, s.value]),
    );
    const changes = comSettings(line).filter(({ command, value }) => before.get(command) !== value);
    if (changes.length === 0) return;
    present = undefined; // unknown until every answer is in
    for (const change of changes) answers.delete(change.command + SERVER);
    for (const change of changes) await inner.sendRaw(comSettingBytes(change));
    for (const { command, value, name } of changes) {
      const got = await heard(() => answers.get(command + SERVER));
      if (got === value) continue;
      if (got === undefined && over)
        throw new Fault('link', `${raw.peer} closed the connection during a line change`);
      throw new Fault(
        'link',
        got === undefined
          ? `${raw.peer} did not acknowledge ${lineText(line)}: no answer to ${name} ${value} within ${timeout} ms`
          : `${raw.peer} set ${name} ${got} instead of ${value}`,
        {
          hint: 'the remote serial port does not support that line setting, or its server does not let clients change it',
        },
      );
    }
    present = line;
    await sleep(clock, SETTLE);
  }

  return {
    channel: {
      ...inner,
      write(bytes) {
        const time = present === undefined ? 0 : bytes.length * characterTime(present);
        sentBy = Math.max(sentBy, clock.now()) + time;
        return inner.write(bytes);
      },
    },
    setLine,
    close: () => inner.close(),
    async begin(line) {
      await inner.sendRaw(
        Uint8Array.of(
          ...agreed.ask('WILL', OPTION.COM_PORT),
          ...agreed.ask('WILL', OPTION.BINARY),
          ...agreed.ask('DO', OPTION.BINARY),
          ...agreed.ask('WILL', OPTION.SUPPRESS_GO_AHEAD),
          ...agreed.ask('DO', OPTION.SUPPRESS_GO_AHEAD),
        ),
      );
      const willing = await heard(() => agreed.ours(OPTION.COM_PORT));
      if (over) {
        throw new Fault('link', `${raw.peer} closed the connection during the telnet negotiation`, {
          hint: 'it serves another client already, or it is no RFC 2217 server',
        });
      }
      if (willing !== true) {
        throw new Fault(
          'link',
          `${raw.peer} does not speak RFC 2217 (no DO COM-PORT-OPTION within ${timeout} ms)`,
          {
            hint: 'if it is a transparent converter use tcp:// and set baud rate and parity on it; on ser2net the accepter must be telnet(rfc2217)',
          },
        );
      }
      // What lies in the server's buffers belongs to somebody before us. Servers work in order, so once the line
      // settings behind it are acknowledged the purge is over and cannot take anything of ours with it.
      await inner.sendRaw(comPort(COM.PURGE_DATA, PURGE.BOTH));
      await setLine(line);
    },
  };
}
