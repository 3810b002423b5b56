import { Command, CommanderError, Option } from 'commander';
import { Fault } from '../core/fault.ts';
import { fullChargeRule } from './full-charge-rule.ts';
import type { DecodeOptions } from './decode.ts';
import type { DemoOptions } from './demo.ts';
import type { ObisOptions } from './obis.ts';
import type { ProfileOptions } from './profile.ts';
import type { ReadOptions } from './read.ts';
import type { RecordOptions } from './record.ts';
import type { ReplayOptions } from './replay.ts';
import type { ScanOptions } from './scan.ts';
import type { SimulatedArguments, SimulatedDeviceOptions, SimulateOptions } from './simulate.ts';
import {
  complain,
  giveUpAfter,
  LOG_LEVELS,
  type LogLevel,
  setLogLevel,
  stopOnClosedPipe,
} from './terminal.ts';
import { address, collect, duration, number, whole, words, zone } from './values.ts';
import { version } from './version.ts';
import type { WriteOptions } from './write.ts';

/** Exit codes of the contract: 0 done, 1 the device or the line failed, 2 wrong use or configuration. */
const FAILED = 1;
const WRONG_USE = 2;

/** Runs the command line; sets the exit code. Rejects only on a fault of the program itself. */
export async function main(argv: readonly string[]): Promise<void> {
  stopOnClosedPipe();
  const [first = [], ...others] = splitAt(argv, '--and');
  try {
    await program(others).parseAsync([...first], { from: 'user' });
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

/** The command line. Each command's code is loaded only when it runs: start-up is most of a one-shot read. */
function program(others: readonly string[][]): Command {
  const root = new Command('busbar')
    .description('Reads batteries, coulomb meters and electricity meters on serial lines.')
    .version(version())
    .addHelpText('after', START)
    .showHelpAfterError('(busbar --help shows how)')
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
    addDemo,
  ])
    add(root);
  addSimulate(root, others);
  for (const made of root.commands)
    if (!made.options.some(({ long }) => long === '--timeout')) withLimit(made);
  return root;
}

const EXIT = async (code: Promise<number>): Promise<void> => {
  process.exitCode = await code;
};

/** A command with what all have: log level, exit codes instead of exits, an example under its help. */
function command(root: Command, usage: string, description: string, example: string): Command {
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
  made.hook('preAction', (called) => setLogLevel(called.opts<{ logLevel: LogLevel }>().logLevel));
  return made;
}

/** An option that takes a time and has one if left out. */
function time(flags: string, description: string, otherwise: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(otherwise), otherwise);
}

/** For commands that talk to no device by themselves: a limit after which they give up. */
function withLimit(made: Command): void {
  made.option('--timeout <time>', 'give up after so long', duration);
  made.hook('preAction', (called) => {
    const { timeout } = called.opts<{ timeout?: number }>();
    if (timeout !== undefined) giveUpAfter(timeout);
  });
}

/** What commands that talk to one device take. */
function withDevice(made: Command, required: boolean): Command {
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

function withReading(made: Command): Command {
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

const LINK_HELP = `
Links: /dev/ttyUSB0, COM4, serial:/dev/ttyUSB0?baud=9600&format=7E1, tcp://host:port, tcp-listen://port,
rfc2217://host:port, replay:file.cap`;

function addRead(root: Command): void {
  withReading(
    command(
      root,
      'read <link>',
      'read a device once',
      'busbar read tcp://192.168.2.22:9999 --device juntek --groups measured',
    ),
  )
    .option('--watch [seconds]', 'read again and again', (text) => number(0.1, 86_400)(text) * 1000)
    .addHelpText('after', LINK_HELP)
    .action((link: string, options: ReadOptions) => EXIT(runRead(link, options)));
}

function addWatch(root: Command): void {
  withReading(
    command(
      root,
      'watch <link>',
      'follow a device; asks only when no display asks already',
      'busbar watch /dev/ttyUSB0 --device juntek-kg',
    ),
  )
    .option(
      '--every <seconds>',
      "pace of the fastest group; left out: the device's own",
      (text) => number(0.1, 86_400)(text) * 1000,
    )
    .option(
      '--sync-full <V,A,time>',
      'set 100 % when voltage and current have stayed there for so long (needs --confirm)',
      fullChargeRule,
    )
    .option('--sync-clear', 'with --sync-full: clear the counters as well')
    .option('--confirm', 'allow --sync-full to write')
    .addHelpText('after', LINK_HELP)
    .action((link: string, { every, ...options }: ReadOptions & { every?: number }) =>
      EXIT(runRead(link, { ...options, watch: every ?? true })),
    );
}

async function runRead(link: string, options: ReadOptions): Promise<number> {
  const { read } = await import('./read.ts');
  return read(link, options);
}

function addWrite(root: Command): void {
  withDevice(
    command(
      root,
      'write <link> <field=value...>',
      'change settings; shows what it would send unless --confirm is given',
      'busbar write /dev/ttyUSB0 --device juntek-kg full_capacity=280 soc=100 --confirm',
    ),
    true,
  )
    .option('--confirm', 'send it, read it back and report')
    .option('--json', 'one JSON document')
    .action((link: string, assignments: string[], options: WriteOptions) =>
      EXIT(import('./write.ts').then(({ write }) => write(link, assignments, options))),
    );
}

function addObis(root: Command): void {
  command(
    root,
    'obis <link> <action> <codes...>',
    'get or set single registers of an electricity meter by their codes',
    "busbar obis tcp://192.168.2.22:8899 get '60.01.04*FF' 1-0:32.7.0\n" +
      "  busbar obis /dev/ttyUSB0 set '60.01.0A*FF=0000000000000012' --confirm",
  )
    .option('-a, --address <text>', 'address of the meter; left out: whoever hears', '')
    .option('--password <text>', 'left out: 00000000, or none where the model has none')
    .option('--start <baud>', 'baud rate of the sign-on; left out: 9600, then 300', whole(300, 19_200))
    .addOption(time('--timeout <time>', 'longest time for one session', '30s'))
    .option('--confirm', 'set: send it, and read it back')
    .option('--json', 'one JSON document')
    .action((link: string, action: string, codes: string[], options: ObisOptions) => {
      if (action !== 'get' && action !== 'set') {
        throw new Fault('config', `'${action}': expected get or set`);
      }
      return EXIT(import('./obis.ts').then(({ obis }) => obis(link, action, codes, options)));
    });
}

function addProfile(root: Command): void {
  withDevice(
    command(
      root,
      'profile <link>',
      'read the load profile that a meter keeps, split by tariff and compared with its registers',
      'busbar profile tcp://192.168.2.22:8899 --device neva-mt3xx --days 30 --csv > profile.csv',
    ),
    true,
  )
    .option('--days <n>', 'days before today', whole(0, 127), 7)
    .option('--csv', 'one line a slot')
    .option('--json', 'one JSON document')
    .option('--table', 'one line a day')
    .option('--no-reconcile', 'without the registers of each day: faster, and nothing is compared')
    .option('--zone <offset>', "zone of the meter's clock, such as +03:00: adds times in UTC", zone)
    .action((link: string, options: ProfileOptions) =>
      EXIT(import('./profile.ts').then(({ profile }) => profile(link, options))),
    );
}

function addDecode(root: Command): void {
  command(
    root,
    'decode [frames...]',
    'explain frames: as text, with escapes, as hex pairs, from a file, or - for standard input',
    "busbar decode ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,'",
  )
    .option('-d, --device <id>', 'what they are from; left out: guessed')
    .option('--json', 'one JSON document')
    .action((frames: string[], options: DecodeOptions) =>
      EXIT(import('./decode.ts').then(({ decode }) => decode(frames, options))),
    );
}

function addRecord(root: Command): void {
  withDevice(
    command(
      root,
      'record <link>',
      'record a line into a capture file, polling a device or only listening',
      'busbar record /dev/ttyUSB0 --device juntek-kg -o shed.cap --for 1m --anonymise',
    ),
    false,
  )
    .requiredOption('-o, --output <file>', 'the capture file')
    .option('-g, --groups <names>', 'only these groups, separated by commas', words)
    .addOption(new Option('--mode <mode>', 'ask, listen, or find out').choices(['poll', 'listen', 'auto']))
    .option('--for <time>', 'stop after so long', duration)
    .option('--anonymise', 'mask serial numbers (check sums stay right)')
    .option('--origin <text>', 'who recorded what: model, firmware, wiring')
    .option('--force', 'replace an existing file')
    .action((link: string, options: RecordOptions) =>
      EXIT(import('./record.ts').then(({ record }) => record(link, options))),
    );
}

function addReplay(root: Command): void {
  command(
    root,
    'replay <file>',
    'play a capture as the device that was recorded',
    'busbar replay shed.cap --on tcp-listen://9999',
  )
    .requiredOption('--on <link>', 'where to play it')
    .option(
      '--speed <n>',
      '`max`, or how many times as fast',
      (text) => (text === 'max' ? 'max' : number(0.001, 1000)(text)),
      1,
    )
    .option('--loop', 'begin again after the end (captures without requests)')
    .action((file: string, options: ReplayOptions) =>
      EXIT(import('./replay.ts').then(({ replay }) => replay(file, options))),
    );
}

function addDevices(root: Command): void {
  command(
    root,
    'devices [id]',
    'what busbar knows: devices, groups, fields, units, writable ranges',
    'busbar devices juntek-kg',
  )
    .option('--json', 'one JSON document')
    .action((id: string | undefined, options: { readonly json?: boolean }) =>
      EXIT(import('./devices.ts').then(({ devices }) => devices(id, options))),
    );
}

function addScan(root: Command): void {
  command(
    root,
    'scan [links...]',
    'look for devices on these links, or on every serial port; only asks, never writes',
    'busbar scan tcp://192.168.2.22:9999',
  )
    .option('-d, --device <id>', 'look only for this')
    .option('--json', 'one JSON document instead of a busbar.yaml')
    .addOption(time('--budget <time>', 'longest time for all of it', '60s'))
    .action((links: string[], options: ScanOptions) =>
      EXIT(import('./scan.ts').then(({ scan }) => scan(links, options))),
    );
}

function addDemo(root: Command): void {
  command(root, 'demo', 'a simulated site on this computer, shown live', 'busbar demo')
    .option('--port <n>', 'where the simulated device answers (0: any free port)', whole(0, 65_535), 9999)
    .option('--seed <n>', 'the same number gives the same run', whole(0, 0xffff_ffff), 1)
    .option('--speed <n>', 'seconds that pass for each second', whole(1, 3600), 1)
    .addOption(time('--timeout <time>', 'longest time to connect', '10s'))
    .action((options: DemoOptions) => EXIT(import('./demo.ts').then(({ demo }) => demo(options))));
}

function simulateCommand(root: Command): Command {
  return command(
    root,
    'simulate <id>',
    'play a device, several with --and',
    'busbar simulate juntek-kg --on tcp-listen://9999 --set soc=80 --fault noise:0.1 --and juntek-kh --address 2',
  )
    .option('-a, --address <n>', 'its address on the line', whole(0, 99_999_999))
    .option(
      '--set <field=value>',
      'start with this value; voltage, current and temperature stay there',
      collect,
    )
    .option('--obis <code:value>', 'a register of a meter that stays so (Neva: 20.07.00*FF:229.5)', collect)
    .option(
      '--option <name=value>',
      'a switch of the device (write-reply, broadcast, off-code, latency)',
      collect,
    )
    .option('--fault <kind[:rate]>', 'something goes wrong, always or at a rate from 0 to 1', collect)
    .option(
      '--master <name[:rate]>',
      'another master polls it, so many times a second (display, display-old)',
      collect,
    )
    .option('--cells <n>', 'cells in series of its battery', whole(1, 64));
}

function addSimulate(root: Command, others: readonly string[][]): void {
  simulateCommand(root)
    .option('--on <link>', 'where: tcp-listen://port, pty:path, rfc2217-listen://port, a serial port')
    .option('--dial <link>', 'call in like a converter in client mode: tcp://host:port')
    .option('--seed <n>', 'the same number gives the same run', whole(0, 0xffff_ffff), 1)
    .option('--speed <n>', 'seconds that pass for each second', whole(1, 3600), 1)
    .option('--echo', 'send everything back, as two-wire adapters do')
    .action(async (id: string, options: SimulateOptions) => {
      const devices = [{ id, options }, ...(await Promise.all(others.map(parseOther)))];
      const { simulate } = await import('./simulate.ts');
      process.exitCode = await simulate(devices, options);
    });
}

/** A device behind `--and`. */
async function parseOther(argv: readonly string[]): Promise<SimulatedArguments> {
  let parsed: SimulatedArguments | undefined;
  const root = new Command('busbar').exitOverride();
  simulateCommand(root).action((id: string, options: SimulatedDeviceOptions) => {
    parsed = { id, options };
  });
  await root.parseAsync(['simulate', ...argv], { from: 'user' });
  if (parsed === undefined) throw new Fault('config', 'a device belongs behind --and');
  return parsed;
}
