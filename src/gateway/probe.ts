import type { BusConfig } from '../config/index.ts';
import { type Bus, openBus } from '../core/bus/bus.ts';
import type { Catalog } from '../core/catalog.ts';
import type { Clock } from '../core/clock.ts';
import type { PasswordMemory } from '../core/device.ts';
import { Fault, faultOf } from '../core/fault.ts';
import { locate } from '../core/find.ts';
import { type Line, line as lineOf, lineText } from '../core/line.ts';
import type { Link } from '../core/link.ts';
import { place, type Place, poll } from '../core/read.ts';
import { portOf } from '../node/link-port.ts';
import { type LinkOptions, parseLink } from '../node/parse-link.ts';
import type { Probe, Probed } from './gateway.ts';
import { busQuestion, lineDevice, lineSettings } from './line-devices.ts';
import type { LineDevice } from './line-runner.ts';

/** What probing needs. */
export interface ProberOptions {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly openLink: (text: string, options: LinkOptions) => Link;
  readonly log: (text: string) => void;
  /** Buses in force. */
  readonly buses: () => readonly BusConfig[];
  /** The line of a bus while it is polled. */
  readonly bus: (name: string) => Bus | undefined;
}

/** Questions to a device of which it is not known whether it is there. */
const ATTEMPTS = 2;

/** Makes the way to devices that are not configured. */
export function prober(options: ProberOptions): Probe {
  const { catalog, clock, log } = options;
  return async ({ bus: wanted, budget, onRefused }, signal) => {
    const passwords: PasswordMemory = { note: (past) => past !== undefined && onRefused?.() };
    const line = settingsOf(wanted, catalog);
    const user = polledBy(wanted.link, options.buses());
    const polled = user === undefined ? undefined : options.bus(user.name);
    if (user !== undefined) refuseOtherSettings(user, wanted, line, catalog);
    const own =
      polled ??
      openBus(
        options.openLink(wanted.link, { log, question: () => busQuestion(wanted, catalog, clock) }),
        lineSettings(wanted, catalog),
        clock,
        { onNotice: log },
      );
    try {
      const read = await ask(
        polled === undefined ? own : behind(own),
        wanted,
        catalog,
        { budget, passwords },
        signal,
      );
      return { ...read, line, ...(user === undefined ? {} : { shared: user.name }) };
    } finally {
      if (polled === undefined) await own.close();
    }
  };
}

/** The bus whose line that is. */
function polledBy(link: string, buses: readonly BusConfig[]): BusConfig | undefined {
  const port = portOf(link);
  return port === undefined ? undefined : buses.find((bus) => portOf(bus.link) === port);
}

/** A port has one setting at a time; a converter keeps its own, whatever is asked. */
function refuseOtherSettings(user: BusConfig, wanted: BusConfig, line: Line, catalog: Catalog): void {
  const { kind } = parseLink(user.link);
  if (kind !== 'serial' && kind !== 'rfc2217') return;
  const used = lineText(settingsOf(user, catalog));
  if (used === lineText(line)) return;
  throw new Fault(
    'refused',
    `bus ${user.name} reads this line at ${used}, ${wanted.devices[0]?.device ?? 'this device'} wants ${lineText(line)}`,
    {
      hint: `devices on one line share its settings: set this one to ${used}, say line: for it, or give it a line of its own`,
    },
  );
}

/** Settings of a line as they are used: what its link says goes first. */
function settingsOf(bus: BusConfig, catalog: Catalog): Line {
  const wanted = lineSettings(bus, catalog);
  const address = parseLink(bus.link);
  if (address.kind !== 'serial' && address.kind !== 'rfc2217') return wanted;
  const { baud = wanted.baud, format } = address;
  return format === undefined ? { ...wanted, baud } : lineOf(baud, format);
}

/** A bus on which our questions wait until nothing that is polled is due, and nothing is concluded from silence. */
function behind(bus: Bus): Bus {
  return {
    ...bus,
    run: (job, signal) => bus.run({ ...job, device: 'probe', rank: 'slow', probing: true }, signal),
  };
}

async function ask(
  bus: Bus,
  wanted: BusConfig,
  catalog: Catalog,
  { budget, passwords }: { readonly budget: number; readonly passwords: PasswordMemory },
  outer: AbortSignal,
): Promise<Pick<Probed, 'device' | 'address' | 'reading'>> {
  const [config] = wanted.devices;
  if (config === undefined) throw new Fault('config', 'no device is named');
  const over = new AbortController();
  const cancel = bus.clock.after(budget, () => over.abort());
  const signal = AbortSignal.any([outer, over.signal]);
  const late = `it takes longer than the ${budget / 1000} s that it may`;
  try {
    const found = await find(bus, lineDevice(config, catalog, passwords), signal);
    const reading = await poll(found, found.device.groups, { signal });
    if (outer.aborted) throw new Fault('cancelled', 'cancelled');
    const faults = Object.fromEntries(
      Object.entries(reading.faults).map(([name, fault]) => [
        name,
        fault.code === 'cancelled' ? new Fault('timeout', late, { hint: 'give it more time' }) : fault,
      ]),
    );
    return { device: found.device, address: found.address, reading: { ...reading, faults } };
  } catch (error) {
    if (outer.aborted) throw new Fault('cancelled', 'cancelled', { cause: error });
    const fault = faultOf(error, 'format');
    if (over.signal.aborted)
      throw new Fault('timeout', `nothing answered: ${late}`, {
        hint: likelyCause(bus, fault) ?? 'give it more time',
      });
    const hint = fault.hint ?? likelyCause(bus, fault);
    const { code, message, bytes, evidence } = fault;
    throw new Fault(code, message, {
      cause: fault,
      ...(hint === undefined ? {} : { hint }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(evidence === undefined ? {} : { evidence }),
    });
  } finally {
    cancel();
  }
}

/** Who answers, and where; something is asked in any case, so that a silent device costs two questions and not all. */
async function find(bus: Bus, { device: wanted, address }: LineDevice, signal: AbortSignal): Promise<Place> {
  const { device: there, address: at } = await locate(bus, {
    device: wanted,
    signal,
    ...(address === undefined ? {} : { address }),
  });
  if (wanted === there && address !== 'find')
    await bus.run(
      {
        device: there.id,
        rank: 'user',
        exchange: () => there.probe(at),
        timing: { ...there.timing, attempts: Math.min(ATTEMPTS, there.timing.attempts ?? ATTEMPTS) },
        probing: true,
      },
      signal,
    );
  return place(bus, there, at);
}

/** What silence on a line probably means, by what was heard on it. */
function likelyCause(bus: Bus, { code, evidence }: Fault): string | undefined {
  if (
    code !== 'timeout' &&
    code !== 'checksum' &&
    code !== 'length' &&
    code !== 'format' &&
    code !== 'cancelled'
  )
    return undefined;
  const { bytesIn, echoes } = bus.health();
  const heard = evidence?.receivedBytes ?? bytesIn;
  if (heard > 0)
    return `${heard} bytes were heard that are no answer: is the baud rate right, is it this kind of device, does another program talk on this line?`;
  if (echoes > 0)
    return 'only the echo of the question was heard, so the adapter works: is the device powered, are A and B the right way round, is its address right?';
  return 'nothing at all was heard: is the device powered, are A and B the right way round, are address and baud rate right?';
}
