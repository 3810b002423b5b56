import { readFileSync } from 'node:fs';
import { type Config, jsonSchema, parseConfig, printProblem, unreadable } from '../config/index.ts';
import { catalog } from '../devices/index.ts';
import { parseOptions } from './config-file.ts';
import { print } from './terminal.ts';

/** What `check` takes. */
export interface CheckOptions {
  /** The configuration file. */
  readonly config: string;
  readonly json?: boolean;
  /** Print the JSON Schema instead. */
  readonly schema?: boolean;
}

/** Says everything that is wrong in a configuration; returns the exit code: 0 when it can be taken, else 2. */
export async function check({ config: file, json, schema }: CheckOptions): Promise<number> {
  if (schema === true) {
    await print(`${JSON.stringify(jsonSchema(catalog), null, 2)}\n`);
    return 0;
  }
  const { config, problems } = parseConfig(textOf(file), { ...parseOptions, file });
  const valid = config !== undefined;
  if (json === true) {
    await print(`${JSON.stringify({ valid, problems }, null, 2)}\n`);
    return valid ? 0 : 2;
  }
  if (problems.length > 0) process.stderr.write(`${problems.map(printProblem).join('\n\n')}\n`);
  if (config !== undefined) await print(`${file} is good: ${summary(config)}\n`);
  else
    process.stderr.write(
      `\n${counted(problems.filter(({ severity }) => severity === 'error').length, 'error')} in ${file}\n`,
    );
  return valid ? 0 : 2;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function summary({ buses, outputs, alarms }: Config): string {
  return [
    counted(buses.length, 'bus', 'buses'),
    counted(buses.flatMap(({ devices }) => devices).length, 'device'),
    counted(Object.keys(outputs).length, 'output'),
    counted(alarms.length, 'alarm'),
  ].join(', ');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
