/**
 * How a make of the family fills the frame: one record of data per make, from which questions are built and answers
 * judged. What stands in INFO is the business of the make's codecs.
 */
export interface Dialect {
  /** VER of a question. */
  readonly ver: number;
  /** VERs that an answer may carry; absent: any. A TopBMS asked with 21h answers with 52h. */
  readonly answerVers?: readonly number[];
  /** CID1 of a question. */
  readonly cid1: number;
  /** CID1s that an answer may carry; absent: that of the question. A TDT answers 4Fh. */
  readonly answerCid1s?: readonly number[];
  /** RTNs that mean "normal"; absent: 00. A TDT answers 42h. */
  readonly normal?: readonly number[];
  /**
   * Codes that are commands of this make though they are return codes of others: a frame with one of them is a
   * question, and no answer. PACE masters ask 90h all the time.
   */
  readonly commands?: readonly number[];
  /** What is probably wrong when nobody answers: wiring, switches, addresses. */
  readonly advice: string;
}
