import { isFamily } from '../core/catalog.ts';
import type { Device } from '../core/device.ts';
import { Fault, type FaultCode, faultOf } from '../core/fault.ts';
import type { Reading } from '../core/read.ts';
import { isRecord, type Value, type Values } from '../core/snapshot.ts';
import { catalog } from '../devices/index.ts';
import { gatewayHolding, type RuntimeFile, type RuntimeMember } from '../gateway/runtime-file.ts';

/** What is wanted of a running gateway. */
export interface Wanted {
  /** Id of a device or family. */
  readonly device: string;
  readonly address?: number | 'find';
  readonly groups?: readonly string[];
  /** Milliseconds that it may take. */
  readonly timeout: number;
}

/** What a gateway has read for us. */
export interface ReadThrough {
  readonly device: Device;
  readonly address: number;
  readonly reading: Reading;
}

/**
 * Reads a device through the gateway of this user that polls its line, so that two programs do not talk at once.
 * Undefined where no gateway has the line. Rejects with `config` when it polls another device there, and with `link`
 * when it does not answer.
 */
export async function readThroughGateway(link: string, wanted: Wanted): Promise<ReadThrough | undefined> {
  const gateway = gatewayHolding(link);
  if (gateway === undefined) return undefined;
  const member = memberWanted(gateway, link, wanted);
  const document = await ask(gateway, member, wanted);
  const { device: of, at, faults } = document;
  if (
    !isRecord(of) ||
    typeof of.id !== 'string' ||
    typeof of.address !== 'number' ||
    typeof at !== 'string'
  ) {
    throw new Fault('link', `${gateway.url} did not answer as a gateway does`);
  }
  const device = catalog.find(of.id);
  if (isFamily(device)) throw new Fault('link', `${gateway.url} did not say which ${of.id} it is`);
  const groups: Record<string, Values> = {};
  for (const { name } of device.groups) {
    const values = document[name];
    if (isRecord(values)) groups[name] = values;
  }
  return {
    device,
    address: of.address,
    reading: { at: Date.parse(at), groups, faults: faultsIn(faults) },
  };
}

/** Refuses a line that a gateway polls, for what cannot be done through it. */
export function refuseHeld(link: string): void {
  const gateway = gatewayHolding(link);
  if (gateway === undefined) return;
  throw new Fault('link', `${link} is polled by a running gateway (process ${gateway.pid})`, {
    hint: `talking beside it would garble both: use its page ${gateway.url}, read once (it is asked then), or end it first`,
  });
}

function memberWanted(gateway: RuntimeFile, link: string, { device, address }: Wanted): RuntimeMember {
  const family = catalog.find(device);
  const ids = new Set(
    isFamily(family) ? [family.id, ...family.members.map((one) => one.id)] : [family.id, family.family],
  );
  const found = gateway.members.find(
    (member) =>
      ids.has(member.device) &&
      (typeof address !== 'number' || member.address === undefined || member.address === address),
  );
  if (found !== undefined) return found;
  const there = gateway.members.map((one) => `${one.name} (${one.device} on ${one.link})`).join(', ');
  throw new Fault('config', `the gateway that polls ${link} has no ${device} there`, {
    hint: `it has ${there}; add the device to its configuration, or end it first`,
  });
}

async function ask(
  { url, token }: RuntimeFile,
  { name }: RuntimeMember,
  { groups, timeout }: Wanted,
): Promise<Values> {
  const where = new URL('api/read', url);
  let answer: Response;
  try {
    answer = await fetch(where, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ member: name, raw: true, ...(groups === undefined ? {} : { groups }) }),
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    throw new Fault('link', `the gateway at ${url} does not answer: ${faultOf(error, 'link').message}`, {
      cause: error,
    });
  }
  const document: unknown = await answer.json().catch(() => undefined);
  if (!isValues(document))
    throw new Fault('link', `${where.href} answered ${answer.status} without a document`);
  if (answer.ok) return document;
  const { code, message, hint } = document;
  throw new Fault(
    code === 'config' || code === 'timeout' ? code : 'link',
    `${name}, by the gateway at ${url}: ${typeof message === 'string' ? message : answer.statusText}`,
    typeof hint === 'string' ? { hint } : {},
  );
}

function faultsIn(faults: Value | undefined): Record<string, Fault> {
  if (!isRecord(faults)) return {};
  return Object.fromEntries(
    Object.entries(faults).flatMap(([name, fault]) =>
      isRecord(fault) && typeof fault.message === 'string' && typeof fault.code === 'string'
        ? [[name, new Fault(fault.code as FaultCode, fault.message)] as const] // a word of the gateway, which has the same list
        : [],
    ),
  );
}

function isValues(document: unknown): document is Values {
  return typeof document === 'object' && document !== null && !Array.isArray(document);
}
