/** A message that the broker keeps until it is acknowledged. */
export interface Delivery {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** It is stored. Does nothing where the connection broke since: then it comes again. */
  readonly acknowledge: () => void;
}

/** A connection that takes messages. */
export interface Consumer {
  /** The messages that are there, at most so many; waits for the first. Empty: `poke` was called. Undefined: closed. */
  readonly next: (most: number) => Promise<readonly Delivery[] | undefined>;
  /** Ends the waiting of `next`. */
  readonly poke: () => void;
  /** Ends; never rejects. @param forget the broker keeps nothing for us */
  readonly close: (forget?: boolean) => Promise<void>;
}

/** A connection that hears who the members of sites are. */
export interface BirthListener {
  readonly close: () => Promise<void>;
}

/** From where the messages of many sites are taken. */
export interface Source {
  /**
   * Takes the streams and events of all sites, sharing them with the others of the group.
   * @param leaving true: takes only what is assigned to us already, no more
   */
  readonly consume: (leaving: boolean) => Promise<Consumer>;
  /** Hears the births of all members, those first that were said before. @param onBirth gets `busbar/home/shunt` and the birth */
  readonly listenToBirths: (onBirth: (member: string, text: string) => void) => Promise<BirthListener>;
}
