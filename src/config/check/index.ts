import type { Catalog } from '../../core/catalog.ts';
import type { Finding } from '../finding.ts';
import { checkDevices } from './devices.ts';
import { checkNames } from './names.ts';
import { type CheckLink, checkNetwork } from './network.ts';
import { checkOutputs } from './outputs.ts';
import { type CheckRule, checkRules } from './rules.ts';

/** What checks of a whole site need. */
export interface SiteChecks {
  /** Devices that there are. */
  readonly catalog: Catalog;
  /**
   * Checks a link, throws a `config` fault; brings the name of the port that only one bus can use, or undefined where
   * several can. Absent: links are compared as they stand.
   */
  readonly checkLink?: CheckLink;
  /** Checks a rule against the members that the devices will be, throws a `config` fault. Absent: rules are not checked. */
  readonly checkRule?: CheckRule;
}

/**
 * What the schema cannot see: names, addresses, ports, what the catalogue knows. Looks at the data as it stands in the
 * file, so that everything wrong is said at once; what the schema says is left to it.
 */
export function checkSite(root: unknown, { catalog, checkLink, checkRule }: SiteChecks): Finding[] {
  return [
    ...checkDevices(root, catalog),
    ...checkNames(root, catalog),
    ...checkNetwork(root, checkLink),
    ...checkOutputs(root),
    ...checkRules(root, catalog, checkRule),
  ];
}
