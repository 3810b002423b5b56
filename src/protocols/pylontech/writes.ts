import type { YdtFrame } from '../../ydt1363/index.ts';
import type { PylontechDefinition } from './definition.ts';
import type { SimulatedPack } from './pack.ts';
import { fourLimits } from './write-values.ts';

/** 94h: sets the values of 92h for ten seconds. */
const SET_LIMITS = 0x94;
/** 95h: turns the pack off. */
const TURN_OFF = 0x95;

/**
 * What a simulated group does when it is written to: the return code, or undefined where it is no write. Packs obey
 * only when told to, so that nobody takes a simulator's word for what a real pack would do.
 */
export function obeyWrite(
  definition: PylontechDefinition,
  { code, adr, info }: YdtFrame,
  packs: Map<number, SimulatedPack>,
  obeys: boolean,
): number | undefined {
  if (!Object.values(definition.writes).some((write) => write.command === code)) return undefined;
  const pack = packs.get(adr);
  if (!obeys || pack === undefined) return 0x04;
  if (info.length !== (code === SET_LIMITS ? 9 : 1)) return 0x05;
  if (info[0] !== adr) return 0x06;
  if (code === TURN_OFF) packs.delete(adr);
  if (code === SET_LIMITS) pack.force(fourLimits.values(info.slice(1)));
  return 0;
}
