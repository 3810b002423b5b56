/**
 * Where on a broker a site speaks. One place says so, for whoever publishes, announces or consumes:
 *
 *     busbar/home/status                      online | offline (retained, also the will)
 *     busbar/home/birth                       who speaks here (retained JSON)
 *     busbar/home/heartbeat                   how it fares, once a minute (retained JSON)
 *     busbar/home/alarms                      alarms as they stand (retained JSON)
 *     busbar/home/events                      what happened (JSON, not retained)
 *     busbar/home/stream/shunt/measured       every snapshot (JSON, not retained)
 *     busbar/home/shunt/availability          online | offline (retained)
 *     busbar/home/shunt/birth                 groups, fields and units (retained JSON)
 *     busbar/home/shunt/state                 latest values (retained JSON)
 *     busbar/home/shunt/values/measured/soc   one plain value (retained text)
 *     busbar/home/shunt/set/output            commands
 *     busbar/home/shunt/result                what became of them (JSON, not retained)
 */
export interface Topics {
  /** What all of them begin with: `busbar/home`. */
  readonly base: string;
  readonly status: string;
  readonly birth: string;
  readonly heartbeat: string;
  readonly alarms: string;
  readonly events: string;
  readonly stream: (member: string, group: string) => string;
  readonly availability: (member: string) => string;
  readonly memberBirth: (member: string) => string;
  readonly state: (member: string) => string;
  /** @param path as in `Point.path`: `packs.2.voltage` */
  readonly value: (member: string, group: string, path: string) => string;
  readonly set: (member: string, field: string) => string;
  readonly result: (member: string) => string;
  /** Filter that hears every command of the site. */
  readonly commands: string;
  /** Member and field of a command's topic; undefined for any other. */
  readonly commandOf: (topic: string) => { readonly member: string; readonly field: string } | undefined;
}

/** What `status` and `availability` say. */
export const ONLINE = 'online';
export const OFFLINE = 'offline';

/** @param base without a slash at its end; must hold no `+` and `#` */
export function topicsOf(base: string): Topics {
  const command = new RegExp(`^${base.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/([^/]+)/set/([^/]+)$`);
  return {
    base,
    status: `${base}/status`,
    birth: `${base}/birth`,
    heartbeat: `${base}/heartbeat`,
    alarms: `${base}/alarms`,
    events: `${base}/events`,
    stream: (member, group) => `${base}/stream/${member}/${group}`,
    availability: (member) => `${base}/${member}/availability`,
    memberBirth: (member) => `${base}/${member}/birth`,
    state: (member) => `${base}/${member}/state`,
    value: (member, group, path) => `${base}/${member}/values/${group}/${path.replaceAll('.', '/')}`,
    set: (member, field) => `${base}/${member}/set/${field}`,
    result: (member) => `${base}/${member}/result`,
    commands: `${base}/+/set/+`,
    commandOf: (topic) => {
      const [, member, field] = command.exec(topic) ?? [];
      return member === undefined || field === undefined ? undefined : { member, field };
    },
  };
}
