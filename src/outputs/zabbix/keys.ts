/** Keys of the template, and macros of its discovery; `scripts/zabbix-templates.ts` writes them into it. */

/** Master item: one JSON object a reading, values by series (`shunt.measured.voltage`). */
export const READING = 'busbar.reading';
/** Master item: how members and alarms stand. */
export const STATE = 'busbar.state';
/** What happened, as sentences. */
export const EVENT = 'busbar.event';
/** Discovery of members. */
export const MEMBERS = 'busbar.members';
/** Discovery of the values of a quantity. */
export const valuesOf = (quantity: string): string => `busbar.values[${quantity}]`;

/** Series: `shunt.measured.voltage`. */
export const SERIES = '{#SERIES}';
/** What people call the value, its member included. */
export const NAME = '{#NAME}';
/** Name of the member. */
export const MEMBER = '{#MEMBER}';
/** What people call the member. */
export const TITLE = '{#TITLE}';
/** Name of the group. */
export const GROUP = '{#GROUP}';
/** Code of the currency, of amounts of money. */
export const CURRENCY = '{#CURRENCY}';
