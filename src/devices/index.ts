/**
 * All devices. Written by `npm run generate` from the files beside; do not edit.
 */
import { buildCatalog } from '../core/catalog.ts';
import energomeraEnergomera from './energomera/energomera.ts';
import juntekKg from './juntek/kg.ts';
import juntekKh from './juntek/kh.ts';
import juntekKl from './juntek/kl.ts';
import nevaMt1xx from './neva/mt1xx.ts';
import nevaMt3xx from './neva/mt3xx.ts';
import otherIec62056 from './other/iec62056.ts';
import pacePace from './pace/pace.ts';
import pylontechPylontech from './pylontech/pylontech.ts';
import seplosSeplos from './seplos/seplos.ts';
import topbmsTopbms from './topbms/topbms.ts';

/** Every device and family that busbar knows. */
export const catalog = buildCatalog([energomeraEnergomera, juntekKg, juntekKh, juntekKl, nevaMt1xx, nevaMt3xx, otherIec62056, pacePace, pylontechPylontech, seplosSeplos, topbmsTopbms]);
