import { family } from '../../core/family.ts';
import kg from './kg.ts';
import kh from './kh.ts';
import kl from './kl.ts';

/** Told apart by R00. KG and KL look the same on the line; KG is taken. */
export const juntek = family('juntek', 'Juntek coulomb meter (tells KG/KL from KH)', [kg, kh, kl]);
