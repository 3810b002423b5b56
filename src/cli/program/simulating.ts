import { Command } from 'commander';
import { Fault } from '../../core/fault.ts';
import type { SimulatedArguments, SimulatedDeviceOptions, SimulateOptions } from '../simulate.ts';
import { collect, duration, whole } from '../values.ts';
import { command } from './command.ts';

function simulateCommand(root: Command): Command {
  return command(
    root,
    'simulate <id>',
    'play a device, several with --and',
    'busbar simulate juntek-kg --on tcp-listen://9999 --set soc=80 --fault noise:0.1 --and juntek-kh --address 2',
  )
    .option('-a, --address <n>', 'its address on the line', whole(0, 999_999_999_999))
    .option(
      '--set <field=value>',
      'start with this value; voltage, current and temperature stay there',
      collect,
    )
    .option('--obis <code:value>', 'a register of a meter that stays so (Neva: 20.07.00*FF:229.5)', collect)
    .option(
      '--option <name=value>',
      'a switch of the device (latency, and others that `simulate <id> --help` lists)',
      collect,
    )
    .option(
      '--fault <kind[:rate]>',
      'something goes wrong, always or at a rate from 0 to 1; kinds below',
      collect,
    )
    .option(
      '--master <name[:rate]>',
      'another master polls it, so many times a second (display, display-old)',
      collect,
    )
    .option('--cells <n>', 'cells in series of its battery', whole(1, 64));
}

/** `busbar simulate`; each list of words behind an `--and` is a further device. */
export function addSimulate(root: Command, others: readonly string[][], faults: string): void {
  simulateCommand(root)
    .addHelpText('after', faults)
    .option('--on <link>', 'where: tcp-listen://port, pty:path, rfc2217-listen://port, a serial port')
    .option('--dial <link>', 'call in like a converter in client mode: tcp://host:port')
    .option('--preamble <text>', 'with --dial: what a modem says first, such as "imei:080255635\\n"')
    .option('--seed <n>', 'the same number gives the same run', whole(0, 0xffff_ffff), 1)
    .option('--speed <n>', 'seconds that pass for each second', whole(1, 3600), 1)
    .option('--echo', 'send everything back, as two-wire adapters do')
    .option('--timeout <time>', 'stop by itself after so long', duration)
    .action(async (id: string, options: SimulateOptions) => {
      const devices = [{ id, options }, ...(await Promise.all(others.map(parseOther)))];
      const { simulate } = await import('../simulate.ts');
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
