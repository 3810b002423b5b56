import { openBus } from '../core/bus/bus.ts';
import { text } from '../core/bytetext.ts';
import type { Exchange } from '../core/exchange.ts';
import { Fault } from '../core/fault.ts';
import { line } from '../core/line.ts';
import { askedOnce } from '../core/serial-number.ts';
import { systemClock } from '../node/clock-node.ts';
import { openLink } from '../node/parse-link.ts';
import {
  checkCode,
  type ObisAccess,
  type ObisAnswer,
  type ObisWrite,
  readCodes,
  serialNumber,
  writeCode,
  writeFrame,
} from '../protocols/neva/index.ts';
import { within } from './session.ts';
import { interruption, log, print } from './terminal.ts';

/** What `obis` takes. */
export interface ObisOptions {
  /** As it is sent; empty: whoever hears. */
  readonly address: string;
  readonly password?: string;
  readonly start?: number;
  readonly timeout: number;
  readonly confirm?: boolean;
  readonly json?: boolean;
}

/** Reads, or with `--confirm` writes, registers by their codes; returns the exit code. */
export async function obis(
  link: string,
  action: 'get' | 'set',
  words: readonly string[],
  options: ObisOptions,
): Promise<number> {
  if (!/^[0-9A-Za-z ]{0,32}$/.test(options.address)) {
    throw new Fault('config', `bad address '${options.address}': expected up to 32 letters and digits`);
  }
  return action === 'get' ? get(link, words, options) : set(link, words, options);
}

async function get(link: string, codes: readonly string[], options: ObisOptions): Promise<number> {
  for (const code of codes) checkCode(code);
  const { identification, answers } = await talk(link, options, (access) => readCodes(access, codes));
  await print(
    options.json === true
      ? `${JSON.stringify({ identification, registers: answers }, null, 2)}\n`
      : answers.map(answerText).join(''),
  );
  for (const { asked, error } of answers) {
    if (error !== undefined) log('error', `${asked}: the meter says ${refusal(error)}`);
  }
  return answers.some(({ error }) => error !== undefined) ? 1 : 0;
}

/** Error numbers are the maker's own; of Neva meters only one is known. */
function refusal(error: string): string {
  if (error === 'nak') return 'NAK';
  return error === '01' ? '(01): on Neva meters, no such register' : `(${error})`;
}

function answerText({ asked, value, text: whole }: ObisAnswer): string {
  return value === undefined ? '' : `${asked}\t${whole ?? value}\n`;
}

async function set(link: string, assignments: readonly string[], options: ObisOptions): Promise<number> {
  const plans = assignments.map((assignment) => {
    const [code = '', value] = assignment.split(/=(.*)/s);
    if (value === undefined || !/^[ -'+-~]*$/.test(value)) {
      throw new Fault('config', `'${assignment}': expected CODE=VALUE, without ( ) or * in the value`);
    }
    return { code, value, frame: writeFrame(code, value) };
  });
  if (options.confirm !== true) {
    const shown = plans.map(({ code, value, frame }) => ({ code, value, frame: text(frame), sent: false }));
    await print(
      options.json === true
        ? `${JSON.stringify(shown, null, 2)}\n`
        : shown.map(({ code, value, frame }) => `${code} = ${value}\n  would send "${frame}"\n`).join(''),
    );
    log('warn', 'nothing was sent; add --confirm to send it');
    return 0;
  }
  const reports: ObisWrite[] = [];
  for (const { code, value } of plans) {
    const report = await talk(link, options, (access) => writeCode(access, code, value));
    reports.push(report);
    if (options.json !== true) await print(`${code}\t${report.before ?? '?'}\t${report.after ?? '?'}\n`);
  }
  if (options.json === true) await print(`${JSON.stringify(reports, null, 2)}\n`);
  const different = reports.filter(({ written, after }) => after !== undefined && after !== written);
  for (const { code, written, after } of different) {
    log('error', `${code} was written, but reads back (${after ?? ''}) instead of (${written})`);
  }
  return different.length === 0 ? 0 : 1;
}

/** Carries out an exchange on a link. */
async function talk<R>(
  linkText: string,
  options: ObisOptions,
  exchange: (access: ObisAccess) => Exchange<R>,
): Promise<R> {
  const { address, password, start, timeout } = options;
  const access: ObisAccess = {
    address,
    ...(password === undefined ? {} : { password }),
    ...(start === undefined ? {} : { start }),
  };
  const { signal, release } = interruption();
  // A write must not be sent again by itself, and a refused password counts: one attempt.
  const timing = { gap: 300, response: 1500, attempts: 1 };
  const settings = line(start ?? 9600, '7E1');
  const link = openLink(linkText, {
    log: (said: string) => log('info', said),
    question: () => ({
      key: 'obis',
      ask: (caller, stop) =>
        askedOnce(caller, { line: settings, timing }, systemClock, stop, () => serialNumber(access)),
    }),
  });
  const bus = openBus(link, settings, systemClock, { onNotice: (said) => log('info', said) });
  try {
    return await within(timeout, signal, (ends) =>
      bus.run({ device: 'obis', rank: 'user', exchange: () => exchange(access), timing }, ends),
    );
  } finally {
    release();
    await bus.close();
  }
}
