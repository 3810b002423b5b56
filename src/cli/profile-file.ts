import { appendFile, readFile } from 'node:fs/promises';
import { daysMissing } from '../core/archive.ts';
import { Fault } from '../core/fault.ts';
import { meterClock } from '../core/meter-clock.ts';

/** A CSV file of slots that grows from run to run. */
export interface ProfileFile {
  /** Days before today that must be read so that nothing is missing. */
  readonly days: number;
  /** Appends the lines behind the last one that is there, and the header to a new file; brings how many. */
  append(lines: readonly string[]): Promise<number>;
}

/**
 * Opens the file and looks where it ends. Throws a `config` fault for a file that is none of these, or ends in the
 * middle of a line.
 * @param header first line, whose first two columns are begin and end of a slot on the meter's clock
 * @param most days to read when there is no file yet
 * @param zone of the meter's clock; left out: unknown, and a day more is read
 */
export async function profileFile(
  path: string,
  header: string,
  most: number,
  zone: string | undefined,
): Promise<ProfileFile> {
  const present = await contents(path);
  const lines = present.split('\n').slice(0, -1);
  if (present !== '' && (lines[0] !== header || !present.endsWith('\n'))) {
    throw new Fault(
      'config',
      lines[0] === header
        ? `${path} ends in the middle of a line: was it written to its end?`
        : `${path} is no file of 'profile --append': its first line is another one`,
    );
  }
  const end = lines.length > 1 ? lines.at(-1)?.split(',')[1] : undefined;
  const clock = meterClock(zone ?? '+00:00');
  const last = end === undefined ? undefined : clock.ended(`${end}:00`);
  return {
    days: last === undefined ? most : daysMissing(last, Date.now(), clock, DEPTH),
    async append(rows) {
      // Begin and end are written so that they sort as texts.
      const fresh = rows.filter((row) => end === undefined || (row.split(',')[0] ?? '') >= end);
      const all = [...(present === '' ? [header] : []), ...fresh];
      if (all.length > 0) await appendFile(path, all.map((row) => `${row}\n`).join(''));
      return fresh.length;
    },
  };
}

/** Days before today that meters keep. */
const DEPTH = 127;

async function contents(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new Fault('config', `${path} cannot be read: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}
