/** A device that a scan found. */
export interface Scanned {
  /** The link as it was written. */
  readonly link: string;
  /** Id of the definition. */
  readonly device: string;
  readonly address: number;
  /** What it says that it is. */
  readonly model?: string | undefined;
}

/** A `busbar.yaml` with one bus for each link on which something was found; empty where nothing was. */
export function scannedConfig(found: readonly Scanned[]): string {
  if (found.length === 0) return '';
  const taken = new Set<string>();
  const lines = ['site: home', 'buses:'];
  for (const [index, link] of [...new Set(found.map((one) => one.link))].entries()) {
    lines.push(`  - name: bus${index + 1}`, `    link: ${scalar(link)}`, '    devices:');
    for (const { device, address, model } of found.filter((one) => one.link === link)) {
      const remark = model === undefined ? '' : `  # ${model.replace(/[^\x20-\x7e]+/g, ' ')}`;
      const name = unique(`${device}-${address}`, taken);
      lines.push(`      - { name: ${name}, device: ${device}, address: ${address} }${remark}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`;
  taken.add(name);
  return name;
}

/** A text as YAML, in quotes where it may need them; those of JSON are those of YAML. */
function scalar(text: string): string {
  return /^[\w./][^\s"'#]*[^\s"'#:]$/.test(text) ? text : JSON.stringify(text);
}
