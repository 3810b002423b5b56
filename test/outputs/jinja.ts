import { spawnSync } from 'node:child_process';

/** Renders templates as Home Assistant does: with Python's Jinja2, `value_json` being the document. */
const SCRIPT = `
import json, sys, jinja2
given = json.load(sys.stdin)
environment = jinja2.Environment()
templates = {text: environment.from_string(text) for _, text in given}
documents = {text: json.loads(text) for text, _ in given}
print(json.dumps([templates[template].render(value_json=documents[document]).strip() for document, template in given]))
`;

const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import jinja2'], { stdio: 'ignore' }).status === 0,
);

/** Whether templates can be rendered here. With CI=true it is an error that they cannot. */
export function hasJinja(): boolean {
  if (PYTHON !== undefined) return true;
  const message = 'Jinja2 is not installed: templates not rendered (apt-get install python3-jinja2)';
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}

/** What each template makes of its document. */
export function render(pairs: readonly (readonly [document: string, template: string])[]): string[] {
  if (PYTHON === undefined) throw new Error('Jinja2 is not installed');
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', SCRIPT], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(`Jinja2: ${stderr}`);
  return JSON.parse(stdout) as string[]; // the script prints nothing else
}
