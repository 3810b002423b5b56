import type { Writable } from '../../core/device.ts';
import type { Exchange } from '../../core/exchange.ts';
import { Fault } from '../../core/fault.ts';
import type { Value } from '../../core/snapshot.ts';
import { commandBytes, type Session } from '../../iec62056/index.ts';
import type { WriteDefinition } from './definition.ts';
import { textOf } from './words.ts';

/** Opens a session with the meter at an address and does work in it. */
export type Open = <R>(address: number, work: (session: Session) => Exchange<R>) => Exchange<R>;

/** A writable of a device. What was written is read back in the same session and compared as it stands on the wire. */
export function writable(name: string, definition: WriteDefinition, open: Open): Writable {
  const { title, accepts, risk, remark, readback } = definition;
  const plan = (value: Value): { readonly code: string; readonly written: string } => {
    const { code = definition.code, value: written } = definition.wire(textOf(value));
    return { code, written };
  };
  return {
    name,
    title,
    unit: '',
    accepts,
    risk,
    remark: `${remark} It is read back in the same session.`.trim(),
    broadcast: false,
    frame: (_address, value) => {
      const { code, written } = plan(value);
      return commandBytes('W1', `${code}(${written})`, 'xor');
    },
    write: (address, value) => {
      const { code, written } = plan(value);
      return open(address, (session) => writeAndRead(session, definition, name, code, written));
    },
    addressAfter: (address, value) =>
      definition.readdresses === true && address !== 0 ? Number(value) : address,
    proven: definition.unreadable !== true,
    readback,
    expects: () => [],
  };
}

function* writeAndRead(
  session: Session,
  definition: WriteDefinition,
  name: string,
  code: string,
  written: string,
): Exchange<Uint8Array | undefined> {
  yield* session.write(code, written);
  if (definition.unreadable === true) return undefined;
  const answer = yield* session.read(code);
  const found = /^[0-9A-F]{8}\(([^()]*)\)$/.exec(answer.text)?.[1] ?? '';
  if (!holds(found, written, definition.runs)) {
    throw new Fault(
      'readback',
      `'${name}' was sent, but ${code} reads back (${found}) instead of (${written})`,
      {
        hint: 'the meter ignored it or limits it; MT1 meters take some registers only while their programming button is pressed',
      },
    );
  }
  return undefined;
}

/** Whether what is read back is what was written: as it stands, or, of a running clock, a little later. */
function holds(found: string, written: string, runs: number | undefined): boolean {
  if (found.toUpperCase() === written.toUpperCase()) return true;
  if (runs === undefined || !/^\d{6}$/.test(found)) return false;
  const seconds = (digits: string): number =>
    Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4));
  const later = seconds(found) - seconds(written);
  return later >= 0 && later <= runs;
}
