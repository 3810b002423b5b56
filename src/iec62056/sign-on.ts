import { ask, type Exchange, listen, say } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { characterTime, line } from '../core/line.ts';
import { withEvenParity } from '../core/parity.ts';
import { announced, baudCharacter, BAUD_RATES } from './baud.ts';
import { SUM7_MANUFACTURERS } from './bcc.ts';
import { type IdentificationMessage, type Message, optionBytes, requestBytes } from './message.ts';
import { Refusal } from './refusal.ts';
import { earOf, learn, NEGOTIATE, react, setBaud, type Talk, type TurnOptions } from './talk.ts';

/** Signs on: `/?address!`, at each start rate in turn until the meter says who it is. */
export function* signOn(of: Talk): Exchange<IdentificationMessage> {
  const policy = of.options.baud ?? NEGOTIATE;
  const starts = policy.policy === 'fixed' ? [policy.baud] : [policy.start ?? 300].flat();
  const address = of.options.address ?? '';
  const bytes = requestBytes(address);
  const whom = address === '' ? 'any meter' : `meter ${address}`;
  let silence: Fault | undefined;
  for (const start of starts) {
    yield* setBaud(of, start);
    of.startBaud = start;
    yield* wakeUp(of, start);
    yield { do: 'quiet', milliseconds: of.timings.beforeSignOn };
    let message: Message;
    try {
      message = yield* ask<Message>({
        what: `identification of ${whom} at ${start} baud`,
        bytes,
        framing: earOf(of),
        timeout: of.timings.response,
        accept: ({ kind }) => (kind === 'identification' ? 'take' : 'skip'),
        diagnose: ({ bytes: heard }) =>
          heard > 0
            ? 'something answers, but not readably: try another baud rate, or 7E1 against 8N1'
            : address === ''
              ? 'check wiring, head and baud rate: optical heads begin at 300, RS485 mostly stays at 9600'
              : 'a meter is silent to an address that is not its own: check address, wiring and baud rate',
      });
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'cancelled' || error.code === 'link') throw error;
      silence = withParityHint(error);
      continue;
    }
    if (message.kind !== 'identification') continue;
    of.answered = true;
    of.identification = message;
    if (SUM7_MANUFACTURERS.includes(message.manufacturer)) of.check.guess('sum7');
    of.options.onIdentified?.(message);
    return message;
  }
  throw silence ?? new Fault('config', 'no baud rate to begin with');
}

/** NULs for as long as a battery meter needs to wake up, and the pause behind them. */
function* wakeUp(of: Talk, baud: number): Exchange<void> {
  const { wakeUp: milliseconds, afterWakeUp } = of.timings;
  if (milliseconds <= 0) return;
  const each = characterTime(line(baud, of.options.format ?? '7E1'));
  yield* say(new Uint8Array(Math.ceil(milliseconds / each)));
  yield { do: 'quiet', milliseconds: afterWakeUp };
}

/** Says so when what came were 7E1 characters with their parity bit still on. */
function withParityHint(fault: Fault): Fault {
  const { evidence } = fault;
  const received = evidence?.received ?? new Uint8Array(0);
  const even = withEvenParity(received).every((byte, index) => byte === received[index]);
  if (evidence === undefined || !even || !received.some((byte) => byte >= 0x80 && byte !== 0xff))
    return fault;
  return new Fault(fault.code, fault.message, {
    evidence,
    hint: 'the characters carry an even parity bit: the port or converter runs 8N1, the meter 7E1; set 7E1 there, or have the parity done in software (?format=7E1)',
  });
}

/** The baud rate character to send and the rate that follows from it; undefined: it stays. */
function choose(of: Talk): { readonly character: string; readonly baud: number | undefined } {
  const policy = of.options.baud ?? NEGOTIATE;
  const offered = of.identification.baud;
  const { baud } = announced(offered);
  switch (policy.policy) {
    case 'fixed':
      return {
        character: baud === undefined ? offered : (baudCharacter(policy.baud) ?? offered),
        baud: undefined,
      };
    case 'forced':
      return { character: baudCharacter(policy.baud) ?? offered, baud: policy.baud };
    case 'negotiate': {
      if (baud === undefined) return { character: offered, baud: undefined };
      const limit = Math.min(baud, policy.highest ?? baud);
      const rate = BAUD_RATES.findLast((one) => one <= limit) ?? 300;
      return { character: baudCharacter(rate) ?? offered, baud: rate };
    }
  }
}

/** What the meter offers and we do not speak; throws where the options say so. */
export function declineModeE(of: Talk): void {
  const { enhanced, text } = of.identification;
  if (!enhanced.includes('2') || of.options.modeE !== 'decline') return;
  throw new Refusal('mode', '', `/${text}: the meter offers mode E (binary DLMS/HDLC)`, {
    hint: 'mode E is not spoken here; most such meters also have mode C: let it fall back',
  });
}

/**
 * Selects a mode by ACK V Z Y, at the rate of the sign-on, changes the baud rate, and brings the first message heard
 * there. The first character behind the change may be lost or garbage.
 */
export function* select(
  of: Talk,
  mode: string,
  what: string,
  more: TurnOptions & { readonly beheaded: 'command' | 'data' },
): Exchange<Message> {
  declineModeE(of);
  const { character, baud } = choose(of);
  const bytes = optionBytes('0', character, mode);
  const accept = more.accept ?? ((): 'take' => 'take');
  const hint = of.identification.enhanced.includes('2')
    ? 'the meter offers mode E (binary DLMS/HDLC), which is not spoken here, and does not seem to have mode C'
    : (more.hint ?? 'the meter did not take the option select, or the baud rates differ now');
  yield* react(of);
  const common = {
    what,
    timeout: of.timings.response,
    accept,
    diagnose: () => hint,
  };
  let message: Message;
  if (baud === undefined || baud === of.baud) {
    message = yield* ask<Message>({ ...common, bytes, framing: earOf(of, more.ear) });
  } else {
    yield* say(bytes);
    const pause = of.timings.beforeSwitch ?? (of.identification.reaction < 50 ? 10 : 50);
    yield { do: 'quiet', milliseconds: pause };
    yield* setBaud(of, baud);
    message = yield* listen<Message>({
      ...common,
      framing: earOf(of, { beheaded: more.beheaded, ...more.ear }),
    });
  }
  learn(of, message);
  return message;
}
