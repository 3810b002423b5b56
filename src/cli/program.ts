import { Command, CommanderError } from 'commander';
import { Fault } from '../core/fault.ts';
import { addDecode, addRecord, addReplay } from './program/captures.ts';
import { withLimit } from './program/command.ts';
import { addCheck, addInit } from './program/configuring.ts';
import { addHistory } from './program/exporting.ts';
import { addDevices, addScan } from './program/finding.ts';
import { addIngest } from './program/fleet.ts';
import { addProfile, addRead, addWatch } from './program/reading.ts';
import { addDemo, addDoctor, addRun, addStart } from './program/running.ts';
import { addSimulate } from './program/simulating.ts';
import { addObis, addWrite } from './program/writing.ts';
import { complain, stopOnClosedPipe } from './terminal.ts';
import { version } from './version.ts';

/** Exit codes of the contract: 0 done, 1 the device or the line failed, 2 wrong use or configuration. */
const FAILED = 1;
const WRONG_USE = 2;

/** Runs the command line; sets the exit code. Rejects only on a fault of the program itself. */
export async function main(argv: readonly string[]): Promise<void> {
  stopOnClosedPipe();
  const [first = [], ...others] = splitAt(argv, '--and');
  try {
    const asksHow = first[0] === 'simulate' && first.some((word) => word === '--help' || word === '-h');
    // Which faults there are only the whole catalogue knows.
    const faults = asksHow ? (await import('./simulate-help.ts')).simulateHelp(first) : '';
    const root = program(others, faults);
    await root.parseAsync(wordsFor(root, first), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
    } else if (error instanceof Fault) {
      complain(error);
      process.exitCode = error.code === 'config' ? WRONG_USE : FAILED;
    } else {
      throw error;
    }
  }
}

/** The words as they are parsed: `help` for a command that is none is refused as that command is. */
function wordsFor(root: Command, words: readonly string[]): string[] {
  const [first, topic = ''] = words;
  const known = ['', 'help', ...root.commands.map((one) => one.name())];
  return first !== 'help' || topic.startsWith('-') || known.includes(topic) ? [...words] : [topic];
}

function splitAt(words: readonly string[], mark: string): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === mark) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

const START = `
Without hardware: busbar demo
With hardware:    busbar scan, then busbar watch <link> --device <id>
Exit codes:       0 done, 1 the device or the line failed, 2 wrong use`;

/**
 * The command line. Each command's code is loaded only when it runs: start-up is most of a one-shot read.
 * @param faults what stands under the help of `simulate`
 */
function program(others: readonly string[][], faults: string): Command {
  const root = new Command('busbar')
    .description('Reads batteries, coulomb meters and electricity meters on serial lines.')
    .version(version())
    .addHelpText('after', START)
    .showHelpAfterError('  busbar --help shows how')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'busbar: ')) })
    .exitOverride();
  for (const add of [
    addRead,
    addWatch,
    addWrite,
    addObis,
    addProfile,
    addDecode,
    addRecord,
    addReplay,
    addDevices,
    addScan,
    addInit,
    addCheck,
    addRun,
    addDoctor,
    addHistory,
    addIngest,
    addDemo,
    addStart,
  ])
    add(root);
  addSimulate(root, others, faults);
  for (const made of root.commands)
    if (!made.options.some(({ long }) => long === '--timeout')) withLimit(made);
  return root;
}
