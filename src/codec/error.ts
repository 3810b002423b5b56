/** Bytes that break a layout, or a value that does not fit one; knows where. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /** What is wrong, without the place. */
  readonly problem: string;
  /** Offset of the first byte concerned, from the start of the bytes given; -1 while encoding. */
  readonly offset: number;
  /** The way to the part, such as `packs[1].cells[14]`; empty at the top. */
  path = '';

  constructor(problem: string, offset = -1) {
    super(problem);
    this.problem = problem;
    this.offset = offset;
  }
}

/** Puts the name or index of the enclosing part in front of a passing error's path, and returns it for rethrowing. */
export function within(error: unknown, part: string | number): unknown {
  if (error instanceof CodecError) {
    const step = typeof part === 'number' ? `[${part}]` : part;
    error.path =
      error.path === '' || error.path.startsWith('[') ? step + error.path : `${step}.${error.path}`;
    error.message = `${error.path}: ${error.problem}${error.offset < 0 ? '' : ` at byte ${error.offset}`}`;
  }
  return error;
}
