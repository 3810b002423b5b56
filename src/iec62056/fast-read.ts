import { ask, type Exchange } from '../core/exchange.ts';
import { dataSets } from './dataset.ts';
import { commandBytes, type Message, requestBytes } from './message.ts';
import type { ReaderOptions } from './options.ts';
import type { Answer } from './session.ts';
import { earOf, learn, setBaud, talk } from './talk.ts';
import { refusalIn, wholeText } from './whole-text.ts';

/**
 * Reads without a session, as Energomera meters allow: the sign-on without its line end, with the command glued to
 * it: `/?address!` SOH R1 STX text ETX BCC. No password, no break; the baud rate stays.
 * @param text address and argument: `GROUP(CURRE()VOLTA())`
 */
export function* fastRead(options: ReaderOptions, text: string): Exchange<Answer> {
  const of = talk(options);
  const { baud } = options;
  if (baud?.policy === 'fixed') of.baud = baud.baud;
  else yield* setBaud(of, baud?.policy === 'forced' ? baud.baud : ([baud?.start ?? 9600].flat()[0] ?? 9600));
  const request = requestBytes(options.address);
  const command = commandBytes('R1', text, of.check.sends);
  const bytes = new Uint8Array(request.length - 2 + command.length);
  bytes.set(request.subarray(0, -2));
  bytes.set(command, request.length - 2);
  yield { do: 'quiet', milliseconds: of.timings.beforeSignOn };
  const what = `R1 ${text}`;
  const message = yield* ask<Message>({
    what,
    bytes,
    framing: earOf(of),
    timeout: of.timings.response,
    accept: ({ kind }) => (kind === 'data' || kind === 'nak' ? 'take' : 'skip'),
    diagnose: () => 'only some firmwares read without a session; check address and baud rate too',
  });
  learn(of, message);
  refusalIn(of, what, message);
  const whole = yield* wholeText(of, what, message);
  return { text: whole, sets: dataSets(whole) };
}
