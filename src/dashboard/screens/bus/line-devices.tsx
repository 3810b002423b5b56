import type { JSX } from 'preact';
import type { ApiDeviceHealth, ApiLine } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { numberText, UNKNOWN, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../shell/route.ts';
import { faultText } from '../../ui/fault-text.tsx';
import { texts } from './bus-texts.ts';

const STATES = {
  searching: texts.state_searching,
  polling: texts.state_polling,
  listening: texts.state_listening,
} as const;

/** Who uses a line, how well it serves them, and what goes wrong, by the words of the faults. */
export function LineDevices({ line }: { readonly line: ApiLine }): JSX.Element {
  return (
    <section class="card scroll" tabIndex={0} aria-label={t(texts.devices)}>
      <h2>{t(texts.devices)}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t(texts.user)}</th>
            <th scope="col">{t(common.state)}</th>
            <th class="number" scope="col">
              {t(texts.success)}
            </th>
            <th scope="col">{t(texts.turnaround)}</th>
            <th class="number" scope="col">
              {t(texts.retries)}
            </th>
            <th class="number" scope="col">
              {t(texts.overruns)}
            </th>
            <th scope="col">{t(texts.faults)}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(line.health).map(([user, health]) => {
            // Packs of a rack are counted one by one: `rack/2`.
            const device = line.devices.find(
              ({ member }) => user === member || user.startsWith(`${member}/`),
            );
            const late =
              device?.member !== user
                ? undefined
                : Object.values(device.groups).reduce((sum, { overruns }) => sum + overruns, 0);
            return (
              <tr key={user}>
                <th scope="row">
                  {device === undefined ? user : <a href={href('devices', [device.member])}>{user}</a>}
                </th>
                <td>{device === undefined ? UNKNOWN : t(STATES[device.state])}</td>
                <td class="number">{successText(health)}</td>
                <td>
                  {health.turnaround === undefined
                    ? UNKNOWN
                    : t(texts.half_within, {
                        p50: Math.round(health.turnaround.p50),
                        p95: Math.round(health.turnaround.p95),
                      })}
                </td>
                <td class="number">{numberText(health.retries, 0)}</td>
                <td class="number">{late === undefined ? UNKNOWN : numberText(late, 0)}</td>
                <td>
                  {Object.entries(health.faults).map(([code, count]) => (
                    <span key={code} class="badge warn">
                      {faultText(code)} {numberText(count, 0)}
                    </span>
                  ))}
                  {health.last_fault !== undefined && <p class="quiet">{health.last_fault}</p>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Share of the questions that were answered. */
function successText({ answered, faults }: ApiDeviceHealth): string {
  const failed = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const all = answered + failed;
  return all === 0 ? UNKNOWN : withUnit((answered / all) * 100, 1, '%');
}
