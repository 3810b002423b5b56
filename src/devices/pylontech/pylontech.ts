import { pylontech } from '../../protocols/pylontech/index.ts';
import { alarms } from './alarms.ts';
import { analog } from './analog.ts';
import { identity } from './identity.ts';
import { limits } from './limits.ts';
import { management } from './management.ts';
import { writes } from './writes.ts';

/** All low-voltage batteries of the make that speak the RS485 protocol V3.3 or the older V2.8. */
export default pylontech({
  id: 'pylontech',
  title: 'Pylontech battery rack',
  models: ['US2000', 'US2000B', 'US2000 Plus', 'US2000C', 'US3000', 'US3000C', 'US5000', 'UP2500'],
  remarks: [
    'The address is that of the master (2; 18 for group 1 of an LV hub, 34 for group 2 ...) for the whole group, or that of one pack.',
    'Address 1 speaks the older dialect, in which all packs share the address.',
    'Packs do not send their state of charge: it is computed. State of health is not known to this protocol.',
    '51h tells the name of the master only; which model another pack is, its capacity suggests.',
    'A question to all packs (FF) is asked once, and used only where its answer agrees with the single ones.',
    'An inverter on the same line is a second master: listen then, do not ask.',
    'Proven by captures: 42h, 44h, 47h, 4Fh, 51h, 92h, 93h, 96h. Never captured: 44h of all packs at once, groups above 0, alarms that are on, 16 cells.',
  ],
  groups: { analog, alarms, management, limits, identity },
  writes,
});
