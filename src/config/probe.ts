import * as z from 'zod';
import type { Catalog } from '../core/catalog.ts';
import { Fault } from '../core/fault.ts';
import { type BusConfig, busSchema } from './bus.ts';
import { checkSite, type SiteChecks } from './check/index.ts';
import { deviceSchema } from './device.ts';
import { MASK } from './problem.ts';

/** A link and a device behind it, written as a bus and its device in `busbar.yaml`. */
export const probeSchema = z.strictObject({
  ...busSchema.in.pick({ link: true, line: true }).shape,
  ...deviceSchema.in.pick({
    device: true,
    address: true,
    packs: true,
    password: true,
    access: true,
    timing: true,
  }).shape,
});

/** A probe as somebody asks for it. */
export type ProbeInput = z.input<typeof probeSchema>;

/** Name of bus and device while they are not configured. */
export const PROBE = 'probe';

/**
 * The bus that a probe would be in a configuration, checked like one. Throws a `config` fault that says the first thing
 * that is wrong.
 */
export function probeBus(
  written: ProbeInput,
  catalog: Catalog,
  checkLink: NonNullable<SiteChecks['checkLink']>,
): BusConfig {
  const { link, line, ...device } = written;
  // A meter locks itself after a few wrong passwords, and this is none.
  if (Object.values({ password: device.password, ...device.access }).includes(MASK)) {
    throw new Fault('config', `${MASK} stands for a password that is kept in the configuration`, {
      hint: 'type the password itself',
    });
  }
  const bus = { name: PROBE, link, ...(line && { line }), devices: [{ name: PROBE, ...device }] };
  const [wrong] = checkSite({ buses: [bus] }, { catalog, checkLink }).filter(
    ({ severity }) => severity === undefined,
  );
  if (wrong !== undefined)
    throw new Fault('config', wrong.message, wrong.hint === undefined ? {} : { hint: wrong.hint });
  return busSchema.parse(bus);
}
