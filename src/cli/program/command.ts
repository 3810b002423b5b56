import { type Command, Option } from 'commander';
import { giveUpAfter, LOG_LEVELS, type LogLevel, setLogLevel } from '../terminal.ts';
import { address, collect, duration, whole, words } from '../values.ts';

/** What commands have in common. */

/** The code that a command resolves with becomes the exit code of the program. */
export const EXIT = async (code: Promise<number>): Promise<void> => {
  process.exitCode = await code;
};

/** A command with what all have: log level, exit codes instead of exits, an example under its help. */
export function command(root: Command, usage: string, description: string, example: string): Command {
  const made = root
    .command(usage)
    .description(description)
    .addOption(
      new Option('--log-level <level>', 'how much is said on stderr')
        .choices([...LOG_LEVELS])
        .default('warn'),
    )
    .addHelpText('after', `\nExample:\n  ${example}`)
    .exitOverride();
  made.showHelpAfterError(`  busbar ${made.name()} --help shows how`);
  made.hook('preAction', (called) => setLogLevel(called.opts<{ logLevel: LogLevel }>().logLevel));
  return made;
}

/** An option that takes a time and has one if left out. */
export function time(flags: string, description: string, otherwise: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(otherwise), otherwise);
}

/** For commands that talk to no device by themselves: a limit after which they give up. */
export function withLimit(made: Command): void {
  made.option('--timeout <time>', 'give up after so long', duration);
  made.hook('preAction', (called) => {
    const { timeout } = called.opts<{ timeout?: number }>();
    if (timeout !== undefined) giveUpAfter(timeout);
  });
}

/** What commands that talk to one device take. */
export function withDevice(made: Command, required: boolean): Command {
  const device = new Option('-d, --device <id>', 'what answers there; `busbar devices` lists them');
  return made
    .addOption(required ? device.makeOptionMandatory() : device)
    .option('-a, --address <n>', 'its address on the line, or `find`; left out: the usual one', address)
    .option(
      '--timeout <time>',
      'longest time for one reading, connecting included; left out: 10s, or what the device needs',
      duration,
    )
    .option('--password <text>', 'password of the device, where it has one')
    .option('--access <name=value>', 'how it is reached (Neva: start=300 for an optical head)', collect)
    .option('--response <time>', 'longest wait for the first byte of an answer', duration)
    .option('--attempts <n>', 'how often a request is made before it counts as failed', whole(1, 20));
}

/** What commands that read take. */
export function withReading(made: Command): Command {
  return withDevice(made, true)
    .option('-g, --groups <names>', 'only these groups, separated by commas', words)
    .option('--json', 'one JSON document')
    .option('--jsonl', 'one JSON document a line')
    .option('--table', 'a table for people')
    .option('--format <name>', 'the output of another program that scripts already know (Juntek: lugamodder)')
    .option('--raw', 'also values that nobody has explained')
    .addOption(
      new Option('--mode <mode>', 'ask, listen to somebody else who asks, or find out').choices([
        'poll',
        'listen',
        'auto',
      ]),
    );
}

/** The links, for the end of a help text. */
export const LINK_HELP = `
Links: /dev/ttyUSB0, COM4, serial:/dev/ttyUSB0?baud=9600&format=7E1, tcp://host:port, tcp-listen://port,
rfc2217://host:port, replay:file.cap`;
