/** The Juntek RS485 protocol: lines, reads, writes, and the meter's side of it. */
export { type JuntekDefinition, type Message, message, type WriteDefinition } from './definition.ts';
export { juntek } from './device.ts';
export { framing, type JuntekFrame, lineOf } from './frame.ts';
export { lugamodder } from './lugamodder.ts';
export { OUTPUT } from './output.ts';
export {
  among,
  atLeast,
  hundredths,
  leadingDigit,
  limit,
  number,
  offset100,
  tenths,
  thousandths,
} from './words.ts';
