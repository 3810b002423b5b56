import type { JSX } from 'preact';
import type { ApiLine } from '../../../core/site/api.ts';
import { common } from '../../i18n/common-texts.ts';
import { bytesText, numberText, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href, route } from '../../shell/route.ts';
import { Fact } from '../../ui/fact.tsx';
import { FailureNote } from '../../ui/notice.tsx';
import { useFetched } from '../../ui/use-fetched.ts';
import { texts } from './bus-texts.ts';
import { LineDevices } from './line-devices.tsx';
import { Monitor } from './monitor.tsx';
import { Replay } from './replay.tsx';

/** The lines: how busy, how well, and what goes over them. */
export default function Bus(): JSX.Element {
  const { value: lines, failure, again } = useFetched<readonly ApiLine[]>('api/lines', 2_000);
  if (lines === undefined) {
    return failure === undefined ? (
      <p class="quiet">{t(common.loading)}</p>
    ) : (
      <FailureNote failure={failure} onRetry={again} />
    );
  }
  const [wanted] = route.value.rest;
  const line = lines.find(({ name }) => name === wanted) ?? lines[0];
  return (
    <>
      <nav class="tabs" aria-label={t(texts.lines)}>
        {lines.map((one) => (
          <a
            key={one.name}
            href={href('bus', [one.name])}
            {...(one === line ? { 'aria-current': 'page' as const } : {})}
          >
            {one.name} <small>{withUnit(one.utilisation * 100, 0, '%')}</small>
            {one.trouble !== undefined && ' ⚠'}
          </a>
        ))}
      </nav>
      {line !== undefined && (
        <div class="stack" key={line.name}>
          <LineCard line={line} />
          <LineDevices line={line} />
          <Monitor bus={line.name} devices={line.devices.map(({ device }) => device)} />
        </div>
      )}
      <div class="later">
        <Replay />
      </div>
    </>
  );
}

function LineCard({ line }: { readonly line: ApiLine }): JSX.Element {
  const { counters, utilisation, trouble, link, raw_port: rawPort } = line;
  const percent = Math.round(utilisation * 100);
  return (
    <section class="card">
      <header>
        <h2>{line.name}</h2>
        <code>{link}</code>
      </header>
      {trouble !== undefined && <p class="wrong">{t(texts.away, { why: trouble })}</p>}
      <p class="quiet">
        {t(texts.utilisation)}: {withUnit(utilisation * 100, 0, '%')}
      </p>
      <div class={percent > 85 ? 'meterbar full' : 'meterbar'} role="presentation">
        <i style={{ width: `${percent}%` }} />
      </div>
      <h3 class="later">{t(texts.counters)}</h3>
      <dl class="facts">
        <Fact title={t(texts.received)}>{bytesText(counters.bytes_in)}</Fact>
        <Fact title={t(texts.sent)}>{bytesText(counters.bytes_out)}</Fact>
        <Fact title={t(texts.frames)}>{numberText(counters.frames, 0)}</Fact>
        <Fact title={t(texts.foreign)}>{numberText(counters.foreign, 0)}</Fact>
        <Fact title={t(texts.bad)} tone={counters.bad > 0 ? 'wrong' : undefined}>
          {numberText(counters.bad, 0)}
        </Fact>
        <Fact title={t(texts.noise)}>{bytesText(counters.noise_bytes)}</Fact>
        <Fact title={t(texts.stale)}>{bytesText(counters.stale_bytes)}</Fact>
        <Fact title={t(texts.echoes)}>{numberText(counters.echoes, 0)}</Fact>
        {rawPort !== undefined && (
          <Fact title={t(texts.raw_port)}>
            {t(texts.passed, {
              address: rawPort.listening,
              passed: rawPort.passed,
              refused: rawPort.refused,
            })}
          </Fact>
        )}
      </dl>
    </section>
  );
}
