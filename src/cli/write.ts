import { show, text } from '../core/bytetext.ts';
import { Fault } from '../core/fault.ts';
import { carryOut, type PlannedWrite, planWrite, type WriteReport } from '../core/write.ts';
import { openSession, type SessionOptions, within } from './session.ts';
import { log, print } from './terminal.ts';

/** What `write` takes. */
export interface WriteOptions extends SessionOptions {
  readonly confirm?: boolean;
  readonly json?: boolean;
}

/** Shows, or with `--confirm` carries out, writes one after the other; returns the exit code. */
export async function write(
  link: string,
  assignments: readonly string[],
  options: WriteOptions,
): Promise<number> {
  const session = await openSession(link, options);
  try {
    const { device, address } = session.place;
    // All are checked before the first is sent.
    const plans = assignments.map((assignment) => planWrite(device, address, assignment));
    if (options.confirm !== true) {
      await print(
        options.json === true
          ? `${JSON.stringify(plans.map(planJson), null, 2)}\n`
          : plans.map(planText).join(''),
      );
      log('warn', 'nothing was sent; add --confirm to send it');
      return 0;
    }
    const reports: WriteReport[] = [];
    for (const plan of plans) {
      const report = await within(session.limit, session.signal, (signal) =>
        carryOut(session.place, plan, signal),
      );
      reports.push(report);
      if (options.json !== true) await print(reportText(report));
    }
    if (options.json === true) await print(`${JSON.stringify(reports.map(reportJson), null, 2)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof Fault && error.code === 'readback')
      log('error', 'the device may or may not have changed');
    throw error;
  } finally {
    await session.close();
  }
}

function planText({ writable, value, frame }: PlannedWrite): string {
  const shown = value === null ? 'off' : typeof value === 'string' ? value : JSON.stringify(value);
  return [
    `${writable.name} = ${shown} ${writable.unit}`.trimEnd(),
    `  ${writable.title}; risk ${writable.risk}`,
    ...(writable.remark === undefined ? [] : [`  ${writable.remark}`]),
    `  would send ${show(frame)}`,
    '',
  ].join('\n');
}

function planJson({ writable, value, frame }: PlannedWrite): Record<string, unknown> {
  return { field: writable.name, value, risk: writable.risk, frame: text(frame), sent: false };
}

function reportText(report: WriteReport): string {
  const lines = Object.keys(report.after).map(
    (field) =>
      `  ${field}: ${JSON.stringify(report.before[field] ?? null)} -> ${JSON.stringify(report.after[field] ?? null)}`,
  );
  const outcome =
    report.outcome === 'confirmed' ? 'written and read back' : 'written; compare before and after yourself';
  return [`${report.field}: ${outcome}`, ...lines, ''].join('\n');
}

function reportJson(report: WriteReport): Record<string, unknown> {
  const { acknowledgement, ...rest } = report;
  return { ...rest, acknowledgement: acknowledgement === undefined ? null : text(acknowledgement) };
}
