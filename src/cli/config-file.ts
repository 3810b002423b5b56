import { readFileSync } from 'node:fs';
import type { ParseOptions } from '../config/index.ts';
import { catalog } from '../devices/index.ts';
import { portOf } from '../node/link-port.ts';
import { alarmRule } from '../site/alarm-rule.ts';

/** What reading a configuration needs of this computer. */
export const parseOptions: Omit<ParseOptions, 'file'> = {
  catalog,
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
  checkLink: portOf,
  checkRule: (rule, members) => void alarmRule(rule, members),
};
