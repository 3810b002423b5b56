import type { Member } from '../../core/site/index.ts';
import { slug } from './component.ts';

/** What is remembered of how a device is named to Home Assistant. */
export interface Named {
  readonly uid: string;
  /** Serial number when it was named; absent: it was named without one. */
  readonly serial?: string;
}

/**
 * What names a device for good: its make and serial number, so that it stays the same under another address, bus or name.
 * Without a serial number, or with one that is hardly unique, its name on the site. Once given it stays, unless the serial
 * number tells that it is another device.
 * @param serial as far as it is known by now
 * @param taken whether another member has an id
 */
export function nameDevice(
  site: string,
  { name, make }: Pick<Member, 'name' | 'make'>,
  serial: string | undefined,
  before: Named | undefined,
  taken: (uid: string) => boolean,
): Named {
  const isSame = before?.serial === undefined || serial === undefined || before.serial === serial;
  if (before !== undefined && isSame) return before;
  const bySite = `busbar_${slug(site)}_${slug(name)}`;
  if (serial === undefined) return { uid: bySite };
  const bySerial = `busbar_${slug(make?.id ?? '')}_${slug(serial)}`;
  return { uid: isUnique(serial) && !taken(bySerial) ? bySerial : bySite, serial };
}

/** Some makes give every device the same short number, others zeros. */
function isUnique(serial: string): boolean {
  return slug(serial).length >= 6 && new Set(serial).size > 2;
}
