import type { ComponentType } from 'preact';
import type { ApiMember } from '../../core/site/api.ts';
import type { Text } from '../i18n/language.ts';
import { isBattery, isMeter, isShunt } from '../model/kinds.ts';
import { simulatorOffered } from '../state/offers.ts';
import { shell } from './shell-texts.ts';

/** A screen of the dashboard. */
export interface Screen {
  /** First part of its address. */
  readonly name: string;
  readonly title: Text;
  /** Its picture in the menu. */
  readonly icon: string;
  /** Which part of the menu it stands in. */
  readonly part: 'watch' | 'manage';
  /** Shown only where the site has such a member. */
  readonly needs?: (member: ApiMember) => boolean;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

/** All screens, in the order of the menu. */
export const SCREENS: readonly Screen[] = [
  {
    name: '',
    title: shell.overview,
    icon: 'home',
    part: 'watch',
    load: () => import('../screens/overview/overview.tsx'),
  },
  {
    name: 'battery',
    title: shell.battery,
    icon: 'battery',
    part: 'watch',
    needs: isBattery,
    load: () => import('../screens/battery/battery.tsx'),
  },
  {
    name: 'shunt',
    title: shell.shunt,
    icon: 'gauge',
    part: 'watch',
    needs: isShunt,
    load: () => import('../screens/shunt/shunt.tsx'),
  },
  {
    name: 'meter',
    title: shell.meter,
    icon: 'plug',
    part: 'watch',
    needs: isMeter,
    load: () => import('../screens/meter/meter.tsx'),
  },
  {
    name: 'history',
    title: shell.history,
    icon: 'chart',
    part: 'watch',
    load: () => import('../screens/history/history.tsx'),
  },
  {
    name: 'alarms',
    title: shell.alarms,
    icon: 'bell',
    part: 'watch',
    load: () => import('../screens/alarms/alarms.tsx'),
  },
  {
    name: 'bus',
    title: shell.bus,
    icon: 'wave',
    part: 'manage',
    load: () => import('../screens/bus/bus.tsx'),
  },
  {
    name: 'explain',
    title: shell.explain,
    icon: 'magnifier',
    part: 'manage',
    load: () => import('../screens/explain/explain.tsx'),
  },
  {
    name: 'devices',
    title: shell.devices,
    icon: 'list',
    part: 'manage',
    load: () => import('../screens/devices/devices.tsx'),
  },
  {
    name: 'setup',
    title: shell.setup,
    icon: 'plus',
    part: 'manage',
    load: () => import('../screens/setup/setup.tsx'),
  },
  {
    name: 'outputs',
    title: shell.outputs,
    icon: 'out',
    part: 'manage',
    load: () => import('../screens/outputs/outputs.tsx'),
  },
  {
    name: 'config',
    title: shell.config,
    icon: 'code',
    part: 'manage',
    load: () => import('../screens/config/config.tsx'),
  },
  {
    name: 'simulator',
    title: shell.simulator,
    icon: 'dice',
    part: 'manage',
    needs: ({ simulated }) => simulated && simulatorOffered.value,
    load: () => import('../screens/simulator/simulator.tsx'),
  },
  {
    name: 'support',
    title: shell.support,
    icon: 'help',
    part: 'manage',
    load: () => import('../screens/support/support.tsx'),
  },
];
