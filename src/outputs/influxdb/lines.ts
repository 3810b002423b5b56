import { Point } from '@influxdata/influxdb-client';
import { quantity } from '../../core/quantity.ts';
import { type Entry, pointsOf, singular, type SiteGroup } from '../../core/site/index.ts';
import type { Snapshot } from '../../core/snapshot.ts';

/**
 * An entry of the journal in line protocol; times in milliseconds. A group is a measurement, its values are fields, and
 * `site` and `device` are tags. Records of a list have a measurement of their own, `GROUP_LIST`, and their number as a
 * tag; so have places of a list, `GROUP_LIST_FIELD` with the tag `index` and the field `value`: what is summed or
 * averaged in a query never mixes a whole with its parts. Raw codes are left out.
 *
 * The type of a field never changes, since the first write fixes it: numbers are always floats. What is unknown has no
 * field, and a point without fields is left out. The same entry makes the same lines, so writing it again changes nothing.
 */
export function linesOf(site: string, entry: Entry, group: SiteGroup | undefined): string[] {
  if (entry.what === 'snapshot') return group === undefined ? [] : snapshotLines(site, entry.snapshot, group);
  const { at, kind, severity, member, subject, text } = entry.event;
  const point = tagged('events', { site, device: member, kind, severity, subject: oneLine(subject) });
  return printed(point.stringField('text', text), at);
}

function snapshotLines(site: string, { device, at, values }: Snapshot, group: SiteGroup): string[] {
  const points = new Map<string, Point>();
  for (const { path, value, field, record, index } of pointsOf(group, values)) {
    if (field.kind === 'raw') continue;
    const key = index === undefined ? (record === undefined ? '' : `${record.list}.${record.key}`) : path;
    const parts = [group.name, record?.list, index === undefined ? undefined : field.name];
    const point =
      points.get(key) ??
      tagged(parts.filter((part) => part !== undefined).join('_'), {
        site,
        device,
        ...(record === undefined ? {} : { [singular(record.list)]: String(record.key) }),
        ...(index === undefined ? {} : { index: String(index) }),
      });
    points.set(key, point);
    const name = index === undefined ? field.name : 'value';
    const { form } = quantity(field.quantity);
    if (form === 'number') {
      // A number that is no number would be refused with everything beside it.
      if (typeof value === 'number' && Number.isFinite(value)) point.floatField(name, value);
    } else if (form === 'flag') {
      if (typeof value === 'boolean') point.booleanField(name, value);
    } else if (value !== null) point.stringField(name, String(value));
  }
  return [...points.values()].flatMap((point) => printed(point, at));
}

/** A point with tags; those without a text are left out, since an empty one is no line protocol. */
function tagged(name: string, tags: Readonly<Record<string, string | undefined>>): Point {
  const point = new Point(name);
  for (const [tag, value] of Object.entries(tags))
    if (value !== undefined && value !== '') point.tag(tag, value);
  return point;
}

function printed(point: Point, at: number): string[] {
  const line = point.timestamp(Math.round(at)).toLineProtocol({ convertTime: String });
  return line === undefined ? [] : [line];
}

/** No line protocol can carry a line end in a tag, or a backslash at its end. */
const oneLine = (text: string): string => text.replace(/[\s\\]+/g, ' ').trim();
