import { type Command, Option } from 'commander';
import type { DecodeOptions } from '../decode.ts';
import type { RecordOptions } from '../record.ts';
import type { ReplayOptions } from '../replay.ts';
import { duration, number, words } from '../values.ts';
import { command, EXIT, withDevice } from './command.ts';

/** `busbar decode`. */
export function addDecode(root: Command): void {
  command(
    root,
    'decode [frames...]',
    'explain frames: as text, with escapes, as hex pairs, from a file, or - for standard input',
    "busbar decode ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,'",
  )
    .option('-d, --device <id>', 'what they are from; left out: guessed')
    .option('--json', 'one JSON document')
    .action((frames: string[], options: DecodeOptions) =>
      EXIT(import('../decode.ts').then(({ decode }) => decode(frames, options))),
    );
}

/** `busbar record`. */
export function addRecord(root: Command): void {
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
      EXIT(import('../record.ts').then(({ record }) => record(link, options))),
    );
}

/** `busbar replay`. */
export function addReplay(root: Command): void {
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
      EXIT(import('../replay.ts').then(({ replay }) => replay(file, options))),
    );
}
