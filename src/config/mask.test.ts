import { describe, expect, it } from 'vitest';
import { catalog } from '../devices/index.ts';
import { maskedText, unmaskedText } from './mask.ts';
import type { ParseOptions } from './parse.ts';

const options: ParseOptions = {
  catalog,
  env: { BROKER: 'from the environment' },
  readFile: () => 'from a file',
};

const TEXT = `site: home
buses:
  - name: flat
    link: tcp://192.168.2.22:9999
    devices:
      - { name: meter, device: neva-mt3xx, password: "ABCD1234" } # the meter's own
http:
  listen: 0.0.0.0:8420
  password: correct horse
outputs:
  mqtt: { url: "mqtt://user:geheim@broker", password: "\${BROKER}" }
  nats:
    servers: [ nats://n1 ]
    credentials: !file busbar.creds
`;

const MASKED = TEXT.replace('"ABCD1234"', '***')
  .replace('correct horse', '***')
  .replace('user:geheim', '***');

describe('a configuration for people who may not see its secrets', () => {
  it('has marks in place of them, and names of secrets as they are', () => {
    expect(maskedText(TEXT, options)).toBe(MASKED);
  });

  it('becomes what it was, also where something else was changed', () => {
    expect(unmaskedText(MASKED, TEXT, options)).toEqual({ text: TEXT });
    expect(unmaskedText(MASKED.replace('site: home', 'site: shed'), TEXT, options)).toEqual({
      text: TEXT.replace('site: home', 'site: shed'),
    });
  });

  it('takes a new secret for the new one', () => {
    const edited = MASKED.replace('  password: ***\noutputs', '  password: battery staple\noutputs');
    expect(unmaskedText(edited, TEXT, options)).toEqual({
      text: TEXT.replace('correct horse', 'battery staple'),
    });
  });

  it('says where a mark stands for nothing', () => {
    const edited = MASKED.replace('site: home', 'site: home\ntitle: ***');
    expect(unmaskedText(edited, TEXT, options)).toEqual({ strayLines: [2] });
  });
});
