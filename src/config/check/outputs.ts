import { type Finding, list, mapping, textIn } from '../finding.ts';
import { isLoopback } from './network.ts';
import { busesIn } from './read.ts';

/** What outputs must not do together, and what is better not done. */
export function checkOutputs(root: unknown): Finding[] {
  const outputs = Object.entries(mapping(mapping(root)?.outputs) ?? {}).flatMap(([name, value]) => {
    const options = mapping(value);
    return options === undefined ? [] : [{ name, options, path: ['outputs', name] }];
  });
  const writable = busesIn(root).some(({ value }) =>
    list(value.devices).some((device) => list(mapping(device)?.allow).length > 0),
  );
  const sessions = new Map<string, string>();
  const paths = new Map<string, string>();
  return outputs.flatMap(({ name, options, path }): Finding[] => {
    const findings: Finding[] = [];
    if (mapping(options.tls)?.insecure === true)
      findings.push({
        severity: 'warning',
        path: [...path, 'tls', 'insecure'],
        message: 'certificates are not checked: whoever is on the way can read and change everything',
        hint: "give the certificate of the receiver's authority: ca: ca.pem",
      });
    if (options.type === 'mqtt') {
      const client = textIn(options, 'client_id');
      const session = `${textIn(options, 'url')} ${client}`;
      const other = sessions.get(session);
      if (other !== undefined)
        findings.push({
          path: [...path, 'client_id'],
          message: `the broker cannot tell this from ${other}: each would throw the other out`,
          hint: 'give one of them another client_id',
        });
      if (client !== undefined) sessions.set(session, name);
      if (options.version === 4 && options.expiry !== undefined)
        findings.push({
          severity: 'warning',
          path: [...path, 'expiry'],
          message: 'only MQTT 5 knows this, and version: 4 is 3.1.1: nothing expires',
          hint: 'leave one of them out',
        });
      if (writable && anonymous(options))
        findings.push({
          severity: 'warning',
          path: [...path, 'url'],
          message: 'anybody who reaches this broker can write what is allowed: it asks for no password',
          hint: 'set username and password, or leave allow empty',
        });
    }
    const mode = options.type === 'postgres' ? sslmode(textIn(options, 'url')) : undefined;
    if (mode !== undefined && !SSL_MODES.includes(mode))
      findings.push({
        path: [...path, 'url'],
        message: `sslmode is '${mode}': expected ${SSL_MODES.slice(0, -1).join(', ')} or ${SSL_MODES.at(-1) ?? ''}`,
        hint: 'the others would go on in the clear, or believe any certificate',
      });
    if (options.type === 'prometheus') {
      const served = textIn(options, 'path') ?? '/metrics';
      if (/^\/(api|login)(\/|$)/.test(served))
        findings.push({ path: [...path, 'path'], message: 'expected a path that the API does not use' });
      const other = paths.get(served);
      if (other !== undefined)
        findings.push({
          path,
          on: 'key',
          message: `${served} is served by ${other}`,
          hint: 'give one of them another path',
        });
      paths.set(served, name);
    }
    return findings;
  });
}

/** What of PostgreSQL's modes means what it says. */
const SSL_MODES: readonly string[] = ['disable', 'require', 'verify-full'];

function sslmode(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).searchParams.get('sslmode') ?? undefined;
}

function anonymous(options: Record<string, unknown>): boolean {
  const url = textIn(options, 'url') ?? '';
  if (!URL.canParse(url) || options.username !== undefined || mapping(options.tls)?.cert !== undefined)
    return false;
  const { hostname, username } = new URL(url);
  return username === '' && !isLoopback(hostname);
}
