/**
 * One value of a CSV file (RFC 4180); what is unknown is empty. A spreadsheet takes a text that begins like a formula
 * for one: an apostrophe makes it a text again.
 */
export function csvCell(value: string | number | boolean | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
