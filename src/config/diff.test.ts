import { describe, expect, it } from 'vitest';
import { catalog } from '../devices/index.ts';
import { type Changes, diffConfig, isUnchanged } from './diff.ts';
import { parseConfig } from './parse.ts';
import type { Config } from './schema.ts';

const BASE = `site: home
buses:
  - name: shed
    link: tcp://h:1
    devices:
      - { name: shunt, device: juntek-kg }
      - { name: second, device: juntek-kg, address: 2 }
  - name: rack
    link: tcp://h:2
    devices: [{ name: rack, device: pylontech }]
outputs:
  mqtt: { url: mqtt://h }
  prometheus: {}
alarms:
  - { name: drift, when: a > 1 }
  - { when: b > 1 }
`;

function config(text: string): Config {
  const parsed = parseConfig(text, { catalog, env: {}, readFile: () => '' });
  if (parsed.config === undefined) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

/** What became of things, as words: `+new ~changed -gone =same`. */
function words<T>({ appeared, changed, went, same }: Changes<T>, name: (one: T) => string): string {
  return [
    ...appeared.map((one) => `+${name(one)}`),
    ...changed.map(({ after }) => `~${name(after)}`),
    ...went.map((one) => `-${name(one)}`),
    ...same.map((one) => `=${name(one)}`),
  ].join(' ');
}

function difference(change: (text: string) => string) {
  const all = diffConfig(config(BASE), config(change(BASE)));
  return {
    buses: words(all.buses, ({ name }) => name),
    devices: words(all.devices, ({ bus, device }) => `${bus}/${device.name}`),
    outputs: words(all.outputs, ({ name }) => name),
    alarms: words(all.alarms, ({ name, when }) => name ?? when),
    sections: all.sections,
    restart: all.restart,
    unchanged: isUnchanged(all),
  };
}

const SAME = {
  buses: '=shed =rack',
  devices: '=shed/shunt =shed/second =rack/rack',
  outputs: '=mqtt =prometheus',
  alarms: '=drift =b > 1',
  sections: [],
  restart: [],
  unchanged: false,
};

describe('from one configuration to another', () => {
  it('nothing changes by comments, order of keys, and defaults written out', () => {
    const other = (text: string) =>
      text
        .replace('site: home', '# ours\nsite: home\nbatteries: {}')
        .replace('{ name: shunt, device: juntek-kg }', '{ device: juntek-kg, mode: poll, name: shunt }')
        .replace('prometheus: {}', 'prometheus: { path: /metrics }');
    expect(difference(other)).toEqual({ ...SAME, unchanged: true });
  });

  it('a device changes and its line does not', () => {
    expect(difference((text) => text.replace('address: 2', 'address: 3'))).toEqual({
      ...SAME,
      devices: '~shed/second =shed/shunt =rack/rack',
    });
  });

  it('a line changes and its devices do not', () => {
    expect(difference((text) => text.replace('tcp://h:2', 'tcp://h:3'))).toEqual({
      ...SAME,
      buses: '~rack =shed',
    });
  });

  it('the mode of a bus is one of its devices', () => {
    expect(difference((text) => text.replace('link: tcp://h:2', 'link: tcp://h:2\n    mode: auto'))).toEqual({
      ...SAME,
      devices: '~rack/rack =shed/shunt =shed/second',
    });
  });

  it('things appear, go, and move', () => {
    expect(
      difference((text) =>
        text
          .replace('      - { name: second, device: juntek-kg, address: 2 }\n', '')
          .replace(
            '[{ name: rack, device: pylontech }]',
            '[{ name: rack, device: pylontech }, { name: second, device: juntek-kg, address: 2 }]',
          )
          .replace('prometheus: {}', 'webhook: { url: http://h }')
          .replace('b > 1', 'c > 1')
          .replace('a > 1', 'a > 2'),
      ),
    ).toEqual({
      ...SAME,
      devices: '~rack/second =shed/shunt =rack/rack',
      outputs: '+webhook -prometheus =mqtt',
      alarms: '+c > 1 ~drift -b > 1',
    });
  });

  it('says which sections changed, and which need a restart', () => {
    expect(
      difference(
        (text) => `${text}http: { password: x }\nhistory: { raw: 1d }\ntariffs: { currency: EUR, t1: 1 }\n`,
      ),
    ).toEqual({ ...SAME, sections: ['history', 'http', 'tariffs'], restart: ['history'] });
  });
});
