import type { Exchange, Listen, Step } from '../../src/core/exchange.ts';
import { type Evidence, Fault } from '../../src/core/fault.ts';
import { type Bad, scanner } from '../../src/core/framing.ts';

/** What became of an exchange. */
export type Outcome<R> = { readonly value: R } | { readonly fault: Fault };

/**
 * Carries out an exchange without time: all that comes on the line after something was sent comes at once, then it
 * is silent.
 * @param line hears what is sent (undefined: we only listen) and says what comes, in chunks
 */
export function converse<R>(
  exchange: Exchange<R>,
  line: (sent: Uint8Array | undefined) => readonly Uint8Array[],
): Outcome<R> {
  let waiting: readonly Uint8Array[] = [];
  const perform = (step: Step): unknown => {
    switch (step.do) {
      case 'ask':
      case 'listen': {
        const sent = step.do === 'ask' ? step.bytes : undefined;
        const heard = hear(step, [...(step.do === 'listen' ? waiting : []), ...line(sent)]);
        waiting = heard.left;
        return heard.frame;
      }
      case 'say':
        waiting = line(step.bytes);
        return undefined;
      case 'line':
      case 'quiet':
        return undefined;
    }
  };
  try {
    let turn = exchange.next();
    while (turn.done !== true) {
      let brought: unknown;
      try {
        brought = perform(turn.value);
      } catch (error) {
        turn = exchange.throw(error);
        continue;
      }
      turn = exchange.next(brought);
    }
    return { value: turn.value };
  } catch (error) {
    if (error instanceof Fault) return { fault: error };
    throw error;
  }
}

function hear(
  step: Listen<unknown>,
  chunks: readonly Uint8Array[],
): { readonly frame: unknown; readonly left: readonly Uint8Array[] } {
  const scan = scanner(step.framing);
  let bad: Bad | undefined;
  let bytes = 0;
  for (const push of [...chunks.map((chunk) => () => scan.push(chunk)), () => scan.flush()]) {
    const found = push();
    for (const [index, item] of found.entries()) {
      bytes += item.bytes.length;
      if (item.got === 'bad') bad = item.bad;
      if (item.got !== 'frame') continue;
      const judgement = step.accept(item.frame);
      if (judgement === 'skip') continue;
      if (judgement !== 'take') throw judgement;
      const left = [...found.slice(index + 1).map((later) => later.bytes), scan.drain()];
      return { frame: item.frame, left: left.filter((chunk) => chunk.length > 0) };
    }
  }
  const evidence: Evidence = {
    received: new Uint8Array(0),
    receivedBytes: bytes,
    others: [],
    noiseBytes: 0,
    waited: 0,
  };
  throw new Fault(bad?.code ?? 'timeout', bad?.message ?? `${step.what}: nothing`, { evidence });
}
