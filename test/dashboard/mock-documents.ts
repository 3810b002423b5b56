import type { ConfigProblem } from '../../src/core/site/api-error.ts';
import type { ApiLine, ApiUtterance } from '../../src/core/site/api.ts';
import type { Player } from './mock-world.ts';

/** The configuration that the played gateway shows. */
export const CONFIG_TEXT = `site: home
buses:
  - name: shed
    link: tcp://192.168.2.22:9999
    devices:
      - { name: shunt, device: juntek-kg, address: 1, poll: { measured: 1s } }
  - name: rack
    link: /dev/serial/by-id/usb-FTDI-if00
    devices:
      - { name: rack, device: pylontech, packs: auto }
outputs:
  mqtt: { url: mqtt://localhost, password: ••• }
`;

/** What is wrong with a configuration here: one key that people mistype. */
export function problemsOf(text: string): ConfigProblem[] {
  return text.split('\n').flatMap((line, place): ConfigProblem[] => {
    const column = line.indexOf('devcie');
    if (column === -1) return [];
    return [
      {
        severity: 'error',
        message: "unknown key 'devcie'",
        path: 'buses.0.devices.0.devcie',
        line: place + 1,
        column: column + 1,
        hint: "did you mean 'device'?",
      },
    ];
  });
}

/** The lines of the played site. */
export function linesOf(
  cast: readonly Player[],
  said: ReadonlyMap<string, readonly ApiUtterance[]>,
): ApiLine[] {
  return cast.map(({ member, device, station }, place) => {
    const spoken = said.get(member.bus ?? '')?.length ?? 0;
    return {
      name: member.bus ?? '',
      link: `tcp://127.0.0.1:${9000 + place}`,
      utilisation: 0.07 + place * 0.11,
      counters: {
        bytes_in: spoken * 80,
        bytes_out: spoken * 12,
        frames: spoken,
        foreign: place,
        echoes: 0,
        bad: place * 2,
        noise_bytes: place * 5,
        stale_bytes: 0,
      },
      devices: [
        {
          member: member.name,
          device: device.id,
          address: station.address,
          state: 'polling',
          groups: Object.fromEntries(
            device.groups.map(({ name, period }) => [
              name,
              { period, read: spoken, failed: place, overruns: 0 },
            ]),
          ),
        },
      ],
      health: {
        [member.name]: {
          answered: spoken,
          faults: place === 0 ? {} : { timeout: place, checksum: place * 2 },
          retries: place * 3,
          turnaround: { p50: 18 + place * 7, p95: 40 + place * 11 },
          silent_for: 0,
          ...(place === 0 ? {} : { last_fault: 'timeout: no answer within 500 ms' }),
        },
      },
    };
  });
}
