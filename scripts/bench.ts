/**
 * Runs every bench one after the other, each in a process of its own, and ends with a table. Exit code 1 when any failed.
 *
 * `npm run bench` runs all; `npm run bench -- journal mqtt` those whose names contain one of the words.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What became of a bench. */
interface Outcome {
  readonly name: string;
  /** What it said its ratio was; absent: it said none. */
  readonly ratio?: string;
  readonly verdict: string;
}

const FOLDER = fileURLToPath(new URL('../bench/', import.meta.url));
const ENDING = '.bench.ts';

const words = process.argv.slice(2);
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .sort();
if (names.length === 0) {
  console.error(`no bench has ${words.join(' or ')} in its name`);
  process.exit(2);
}

/** Runs one bench, and shows what it prints as it comes. */
function run(name: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${FOLDER}${name}${ENDING}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      said += text;
      process.stdout.write(text);
    });
    child.once('close', (code, signal) => {
      const ratio = ratioIn(said);
      const verdict = code === 0 ? 'ok' : `FAILED (${signal ?? `exit code ${String(code)}`})`;
      resolve({ name, verdict, ...(ratio === undefined ? {} : { ratio }) });
    });
  });
}

/** The first number with decimals behind the last `ratio` of a text. */
function ratioIn(text: string): string | undefined {
  return [...text.matchAll(/\bratio\b[^\n]*?(\d+\.\d+)/g)].at(-1)?.[1];
}

const outcomes: Outcome[] = [];
for (const name of names) {
  console.log(`\n== ${name}`);
  outcomes.push(await run(name));
}

const widest = Math.max(...names.map(({ length }) => length));
console.log(`\n${'bench'.padEnd(widest)}  ${'ratio'.padStart(8)}  verdict`);
for (const { name, ratio = '-', verdict } of outcomes) {
  console.log(`${name.padEnd(widest)}  ${ratio.padStart(8)}  ${verdict}`);
}
process.exitCode = outcomes.every(({ verdict }) => verdict === 'ok') ? 0 : 1;
