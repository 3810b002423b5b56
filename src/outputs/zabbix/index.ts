export type { ZabbixOptions, ZabbixTls } from './options.ts';
export { zabbixOutput } from './output.ts';
