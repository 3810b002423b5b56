/** The ASCII-hex frame of YD/T 1363.3 (Pylontech, TopBMS, PACE, Seplos ...), both sides. Knows nothing of batteries. */
export { askFrame, isEcho, judge, type Question, questionBytes } from './ask.ts';
export type { Dialect } from './dialect.ts';
export {
  frameBytes,
  type FrameParts,
  framing,
  headOf,
  lengthCheck,
  sameFrame,
  ydtFraming,
  type YdtFrame,
} from './frame.ts';
export { isAnswerCode, isReturnCode, refusal, RETURN_CODES, type ReturnCode } from './rtn.ts';
export { FRAME_FAULTS, type FrameFault, REFUSAL_FAULTS, refusalNow, spoilFrame } from './spoil.ts';
