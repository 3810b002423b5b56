/**
 * Adds to a configuration as text, so that comments and order of what a person wrote stay. It only knows the shape of a
 * YAML file at its left edge; whether the result is good is for the gateway to say.
 */

/** The lines of a top-level section: from the one that names it up to the next one at the left edge. */
function sectionOf(
  lines: readonly string[],
  name: string,
): { readonly from: number; readonly to: number } | undefined {
  const from = lines.findIndex((line) => line === `${name}:` || line.startsWith(`${name}: `));
  if (from === -1) return undefined;
  let to = from + 1;
  while (to < lines.length && !/^[^\s#-]/.test(lines[to] ?? '')) to++;
  // Empty lines and comments before the next section belong to that one.
  while (to > from + 1 && /^(\s*|#.*)$/.test(lines[to - 1] ?? '')) to--;
  return { from, to };
}

/** The body of a section in a text of its own, without its name. */
function bodyOf(text: string, name: string): string[] {
  const lines = text.split('\n');
  const section = sectionOf(lines, name);
  return section === undefined ? [] : lines.slice(section.from + 1, section.to);
}

/** Indented anew: the first line gets so many blanks, the others follow it. */
function indented(body: readonly string[], blanks: number): string[] {
  const first = body.find((line) => line.trim() !== '') ?? '';
  const before = first.length - first.trimStart().length;
  return body.map((line) =>
    line.trim() === ''
      ? line
      : ' '.repeat(blanks) + line.slice(Math.min(before, line.length - line.trimStart().length)),
  );
}

/**
 * Adds the body of a section to that of a configuration.
 * @param text the configuration
 * @param addition a text with a section of the same name
 */
export function withSection(text: string, addition: string, name: string): string {
  const body = bodyOf(addition, name);
  if (body.length === 0) return text;
  const lines = text.split('\n');
  const section = sectionOf(lines, name);
  if (section === undefined) {
    const end = text === '' || text.endsWith('\n') ? '' : '\n';
    return `${text}${end}${name}:\n${indented(body, 2).join('\n')}\n`;
  }
  const own = lines
    .slice(section.from + 1, section.to)
    .find((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const blanks = own === undefined ? 2 : own.length - own.trimStart().length;
  // What stands behind the colon of an empty section (`[]`, `{}`) is replaced by what is added.
  const head = /^\S+:\s*(\[\s*\]|\{\s*\})\s*$/.test(lines[section.from] ?? '')
    ? `${name}:`
    : (lines[section.from] ?? '');
  return [
    ...lines.slice(0, section.from),
    head,
    ...lines.slice(section.from + 1, section.to),
    ...indented(body, blanks),
    ...lines.slice(section.to),
  ].join('\n');
}

/** A text as YAML writes it: bare where that is safe, else in quotes. */
export function yamlText(text: string): string {
  const bare =
    /^[A-Za-z_/][\w/.:?&=@+-]*$/.test(text) &&
    !/:$|^(true|false|null|yes|no|on|off|~)$|^[\d.+-]+$/i.test(text);
  return bare ? text : JSON.stringify(text);
}

/** A device that was chosen by hand. */
export interface Chosen {
  readonly bus: string;
  readonly link: string;
  readonly name: string;
  readonly device: string;
  readonly address: number;
  /** What has to be said about the way to it, such as a password. */
  readonly access?: Readonly<Record<string, string>>;
}

/** The section `buses` with one device on one bus. */
export function busesWith({ bus, link, name, device, address, access = {} }: Chosen): string {
  const said = Object.entries(access).map(([key, value]) => `${key}: ${yamlText(value)}`);
  const way = said.length === 0 ? '' : `, access: { ${said.join(', ')} }`;
  return [
    'buses:',
    `  - name: ${yamlText(bus)}`,
    `    link: ${yamlText(link)}`,
    '    devices:',
    `      - { name: ${yamlText(name)}, device: ${yamlText(device)}, address: ${address}${way} }`,
    '',
  ].join('\n');
}
