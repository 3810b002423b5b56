/**
 * CRC-16/ARC (polynomial 8005h reflected, start 0): what DSMR meters print behind `!`, over all from `/` to `!`
 * (DSMR 5.0, 6.2).
 */
export function crc16(text: string): number {
  let crc = 0;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
