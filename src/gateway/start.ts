import type { Config, DeviceConfig } from '../config/index.ts';
import { type Catalog, isFamily } from '../core/catalog.ts';
import { profileArchive } from '../core/archive.ts';
import { type Clock, sleep } from '../core/clock.ts';
import type { Device } from '../core/device.ts';
import { Fault } from '../core/fault.ts';
import { type FullChargeWatch, fullChargeWatch } from '../core/full-charge.ts';
import type { Link } from '../core/link.ts';
import type { LinkOptions } from '../node/parse-link.ts';
import { meterClock } from '../core/meter-clock.ts';
import { groupsNamed, type Place, poll } from '../core/read.ts';
import type { Logger, Output, OutputContext, SiteEvent } from '../core/site/index.ts';
import { zoneOf } from '../site/index.ts';
import { openStore } from '../store/index.ts';
import { archivesIn, readProfile } from './archives.ts';
import { configuredMember } from './configured.ts';
import { derivation, ruleStates } from './derived.ts';
import { engine } from './engine.ts';
import type { Gateway } from './gateway.ts';
import { lineDevice } from './line-devices.ts';
import { lines } from './lines.ts';
import { outputs } from './outputs.ts';
import { passwordBook } from './password-book.ts';
import { patience } from './patience.ts';
import { prober } from './probe.ts';
import { profileKeeper } from './profile-keeper.ts';
import { writeDesk } from './write-desk.ts';

/** What a gateway is started with. */
export interface GatewayOptions {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly version: string;
  /** A logger for each part. */
  readonly log: (part: string) => Logger;
  readonly openLink: (text: string, options: LinkOptions) => Link;
  readonly makeOutput: (options: Config['outputs'][string], context: OutputContext) => Promise<Output>;
  /** Numbers in [0, 1) for jitter; `Math.random` by default. */
  readonly random?: () => number;
}

/** Milliseconds between two looks at ages, rules and sums. */
const TICK = 1_000;
/** Milliseconds after which an output that does not deliver is an alarm. */
const BACKLOG = 600_000;
/** Milliseconds for the last entries to reach the outputs when the gateway ends. */
const ENDING = 1_000;

/**
 * Starts polling, keeping and sending. Rejects with a `config` fault for what the configuration cannot mean, and when
 * another gateway has the database open.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { catalog, clock, log } = options;
  const random = options.random ?? Math.random;
  let config = options.config;
  const zone = zoneOf(config.timezone);
  const main = log('gateway');

  const { path, raw, minutes, quarters, hours, days, size, flush } = config.history;
  // What happens while the database is opened is told when there is somebody to tell.
  const early: SiteEvent[] = [];
  let report = (event: SiteEvent): void => void early.push(event);
  const store = await openStore({
    path,
    retention: { raw, minutes, quarters, hours, days },
    flush,
    timezone: config.timezone,
    clock,
    log: log('history'),
    report: (event) => report(event),
    ...(size === undefined ? {} : { sizeLimit: size }),
  });
  // Where nothing can be read, alarms are raised anew; the health of the gateway says why.
  const alarmState = await store.memory.get('alarms').catch(() => undefined);
  const way = engine({
    site: config.site,
    zone,
    clock,
    store,
    log: main,
    onKept: () => sending.wake(),
    ...(alarmState === undefined ? {} : { alarmState }),
  });

  report = way.happened;
  early.forEach(way.happened);

  const devices = (): ReadonlyMap<string, { readonly bus: string; readonly device: DeviceConfig }> =>
    new Map(
      config.buses.flatMap((bus) => bus.devices.map((device) => [device.name, { bus: bus.name, device }])),
    );
  let configured = devices();
  const full = new Map<string, FullChargeWatch>();
  const meter = meterClock(config.timezone);
  const profiles = profileKeeper({ clock, store, log, meter, keep: way.archived });
  // Sums and rules speak of members.
  const derived = derivation(
    way,
    () => config,
    () => configured.keys(),
  );

  /** Makes a device a member of the site. */
  const join = (bus: string, of: DeviceConfig, device: Device, address: number | undefined): Promise<void> =>
    way.put(...configuredMember(config, zone, { bus, of, device, address }));

  /** It is known now what answers, and where. */
  const locate = async (name: string, place: Place): Promise<void> => {
    const of = configured.get(name);
    if (of === undefined) return;
    const { full_charge } = of.device;
    if (full_charge !== undefined) full.set(name, fullChargeWatch(full_charge));
    await join(of.bus, of.device, place.device, place.address);
    derived.outdate();
    profiles.follow(name, of.device, place);
  };

  const passwords = passwordBook({ catalog, memory: store.memory, log: main });
  const reading = lines({
    passwords,
    catalog,
    clock,
    log,
    openLink: options.openLink,
    events: {
      located: (name, place) => void locate(name, place),
      measured: (name, place, group, at, values) => {
        way.measured(name, group.name, at, values);
        const kept = archivesIn(place, { [group.name]: values }, { device: name, clock: meter });
        if (kept.length > 0) void way.archived(kept);
        if (full.get(name)?.observe(at, values) === true) void synchronise(name);
      },
      failed: way.failed,
    },
  });

  const desk = writeDesk({
    clock,
    find: (member) => {
      const place = reading.place(member);
      const device = configured.get(member)?.device;
      return place === undefined || device === undefined ? undefined : { place, allowed: device.allow };
    },
    record: way.happened,
  });

  /** The battery is full by the owner's rule: the coulomb meter is told. */
  const synchronise = async (member: string): Promise<void> => {
    // The desk has written down what became of it.
    await desk
      .command({ member, field: 'soc', value: '100', by: 'the full-charge rule' })
      .catch(() => undefined);
  };

  const startedAt = clock.date();
  const sending = outputs({
    // Devices that have not answered yet belong to the site: nothing of theirs is taken away.
    view: { ...way.state, expected: () => [...configured.keys(), ...Object.keys(config.batteries)] },
    store,
    health: () => ({
      version: options.version,
      startedAt,
      lines: reading.status(),
      outputs: sending.status(),
    }),
    clock,
    random,
    log,
    write: (command) => desk.command(command),
    happened: way.happened,
    make: options.makeOutput,
  });

  const tell = (text: string): void => {
    const event: SiteEvent = {
      at: clock.date(),
      kind: 'gateway',
      severity: 'info',
      subject: 'gateway',
      text,
    };
    way.happened(event);
  };

  const closing = new AbortController();
  const ticking = (async () => {
    while (!closing.signal.aborted) {
      derived.renewLate();
      way.tick();
      for (const { name, backlog, oldest } of sending.status()) {
        const age = oldest === undefined ? 0 : clock.date() - oldest;
        way.backlog(name, { entries: backlog, age }, BACKLOG);
      }
      await sleep(clock, TICK, closing.signal);
    }
  })();

  /** Members that are known before they answer: of families it is not known which one will. */
  const expect = async (): Promise<void> => {
    for (const { bus, device } of configured.values()) {
      const { device: found, address } = lineDevice(device, catalog);
      if (isFamily(found) || way.state.state(device.name) !== undefined) continue;
      await join(bus, device, found, typeof address === 'number' ? address : undefined);
    }
    derived.renew();
  };

  tell(`busbar ${options.version} started`);
  await sending.apply(config.outputs);
  await expect();
  await reading.apply(config.buses);

  const placeOf = (member: string): Place => {
    const place = reading.place(member);
    if (place !== undefined) return place;
    throw configured.has(member)
      ? new Fault('timeout', `${member} has not answered yet`)
      : new Fault('config', `there is no device '${member}'`);
  };

  return {
    version: options.version,
    startedAt,
    config: () => config,
    view: way.state,
    store,
    lines: reading.status,
    frames: (bus) => reading.runner(bus)?.frames,
    devicesOn: (bus) => {
      const of = config.buses.find((one) => one.name === bus)?.devices ?? [];
      return of.flatMap(({ name }) => reading.place(name)?.device ?? []);
    },
    outputs: sending.status,
    testOutput: sending.test,
    page: sending.page,
    writes: desk,
    acknowledge: way.acknowledge,
    dismiss: way.dismiss,
    alarmRules: () => ruleStates(config, way.rules(), way.state.alarms(), derived.waiting),
    readNow: async (member, groups, signal) => {
      const at = placeOf(member);
      const { device } = at;
      const read = await poll(at, groups === undefined ? device.groups : groupsNamed(device, groups), {
        signal,
      });
      // Somebody who asked wants to see it everywhere; a group may not be read again for hours.
      for (const [group, values] of Object.entries(read.groups)) {
        if (values !== undefined) way.measured(member, group, read.at, values);
      }
      return read;
    },
    readProfile: async (member, days, onDay, signal) => {
      const read = await readProfile(placeOf(member), days, onDay, signal);
      await way.archived(read.flatMap((day) => profileArchive(day, { device: member, clock: meter })));
      return read;
    },
    retry: reading.retry,
    probe: prober({
      catalog,
      clock,
      openLink: options.openLink,
      log: log('probe').debug,
      buses: () => config.buses,
      bus: (name) => reading.runner(name)?.bus,
    }),
    apply: async (next) => {
      const gone = [...configured.keys()];
      config = next;
      configured = devices();
      for (const name of gone.filter((one) => !configured.has(one))) {
        full.delete(name);
        profiles.end(name);
        way.remove(name);
      }
      await expect();
      const polled = await reading.apply(next.buses);
      const sent = await sending.apply(next.outputs);
      // Titles, limits and permissions may have changed for devices that go on.
      for (const name of configured.keys()) {
        const place = reading.place(name);
        if (place !== undefined) await locate(name, place);
      }
      derived.renewLate();
      const started = [...polled.started, ...sent.started];
      const stopped = [...polled.stopped, ...sent.stopped];
      const all = [...next.buses.map(({ name }) => name), ...Object.keys(next.outputs)];
      const untouched = all.filter(
        (name) => !started.some((one) => one === name || one.startsWith(`${name}/`)),
      );
      tell(
        `configuration applied; started: ${started.join(', ') || 'nothing'}, stopped: ${stopped.join(', ') || 'nothing'}`,
      );
      return { started, stopped, untouched };
    },
    close: async () => {
      closing.abort();
      profiles.close();
      await ticking;
      await reading.close();
      await passwords.close();
      tell('busbar stopped');
      // It is handed to the store at once, which commits it below; a disk that is full must not keep us from ending.
      await patience(clock, ENDING, way.close());
      await sending.close();
      await store.close();
    },
  };
}
