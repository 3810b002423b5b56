import { show } from '../core/bytetext.ts';
import { Fault, faultOf } from '../core/fault.ts';
import type { Followed } from '../core/follow.ts';
import { type FullChargeRule, fullChargeWatch } from '../core/full-charge.ts';
import { carryOut, planWrite } from '../core/write.ts';
import type { Session } from './session.ts';
import { complain, log } from './terminal.ts';

/** What the rule takes; off unless given. */
export interface FullChargeOptions {
  readonly syncFull?: FullChargeRule;
  /** Clear the counters as well. */
  readonly syncClear?: boolean;
  readonly confirm?: boolean;
}

/** Makes the function that looks at each state and, when the rule is fulfilled, sets the state of charge to 100 %. */
export function fullCharge(session: Session, options: FullChargeOptions): (state: Followed) => Promise<void> {
  const rule = options.syncFull;
  if (rule === undefined) return () => Promise.resolve();
  const { device, address } = session.place;
  const plans = ['soc=100', ...(options.syncClear === true ? ['clear_counters'] : [])].map((assignment) =>
    planWrite(device, address, assignment),
  );
  if (options.confirm !== true) {
    throw new Fault(
      'config',
      `--sync-full writes to the device: ${plans.map((plan) => show(plan.frame)).join(', ')}`,
      {
        hint: 'add --confirm to allow it',
      },
    );
  }
  const watch = fullChargeWatch(rule);
  const group =
    device.groups.find((one) => one.fields.some((field) => field.role === 'battery_current'))?.name ?? '';
  return async (state) => {
    const measured = state.groups[group];
    if (measured === undefined || !state.fresh.includes(group) || !watch.observe(state.at, measured)) return;
    log('warn', 'the battery is full: setting the state of charge to 100 %');
    for (const plan of plans) {
      try {
        const report = await carryOut(session.place, plan, session.signal);
        log('warn', `${report.field}: ${JSON.stringify(report.before)} -> ${JSON.stringify(report.after)}`);
      } catch (error) {
        complain(faultOf(error, 'format'), plan.writable.name);
      }
    }
  };
}
