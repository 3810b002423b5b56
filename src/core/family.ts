import type { Device, Family } from './device.ts';
import type { Exchange } from './exchange.ts';
import { Fault } from './fault.ts';

/**
 * Several devices under one id. They are told apart by asking: the first member whose layout the answer fits is it,
 * so more particular members stand first.
 */
export function family(id: string, title: string, members: readonly Device[]): Family {
  return {
    id,
    title,
    members,
    identify: (address) => firstFitting(members, (member) => member.probe(address)),
    overhear: (address) => firstFitting(members, (member) => member.overhear?.(address)),
  };
}

function* firstFitting(
  members: readonly Device[],
  attempt: (member: Device) => Exchange<unknown> | undefined,
): Exchange<Device> {
  let misfit: Fault | undefined;
  for (const member of members) {
    const exchange = attempt(member);
    if (exchange === undefined) continue;
    try {
      yield* exchange;
      return member;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'format') throw error;
      misfit = error;
    }
  }
  throw misfit ?? new Fault('config', 'this family has no member that can be told apart this way');
}
