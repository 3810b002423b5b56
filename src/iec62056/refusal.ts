import { Fault, type FaultDetail } from '../core/fault.ts';

/** How a meter said no. */
export type Objection =
  /** An error answer `(text)`; what the text means is the manufacturer's. */
  | 'error'
  /** NAK, again and again. */
  | 'nak'
  /** A break: the session is over. */
  | 'break'
  /** The password was not accepted: by an error answer, a NAK, a break, or silence. */
  | 'password'
  /** It does not go into the mode asked for. */
  | 'mode';

/** A meter that understood and said no: a fault of code `refused` that says how. */
export class Refusal extends Fault {
  /** How it said no. */
  readonly objection: Objection;
  /** What stood between the brackets of an error answer, such as `01` or `ERR12`; empty when it was none. */
  readonly answer: string;
  /** Of a password: silence or a NAK, which may also come of noise on the line. */
  readonly doubtful: boolean;

  constructor(
    objection: Objection,
    answer: string,
    message: string,
    detail: FaultDetail & { readonly doubtful?: boolean } = {},
  ) {
    super('refused', message, detail);
    this.doubtful = detail.doubtful ?? false;
    this.objection = objection;
    this.answer = answer;
  }
}
