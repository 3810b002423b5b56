import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import {
  type ApiSimulated,
  type ApiSimulator,
  type ApiSimulatorChange,
  type Pin,
  PINS,
} from '../../api/simulator.ts';
import { get, post } from '../../api/client.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { common } from '../../i18n/common-texts.ts';
import { t } from '../../i18n/language.ts';
import { isAnyBattery } from '../../model/kinds.ts';
import { simulatorOffered } from '../../state/offers.ts';
import { store } from '../../state/store.ts';
import { FailureNote } from '../../ui/notice.tsx';
import { texts } from './simulator-texts.ts';

/** Sliders and fault switches for simulated devices. */
export default function Simulator(): JSX.Element {
  const [devices, setDevices] = useState<readonly ApiSimulated[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const offered = simulatorOffered.value;
  useEffect(() => {
    if (!offered) return;
    get<ApiSimulator>('api/simulator').then(
      (found) => setDevices(found.devices),
      (error: unknown) => setFailure(failureOf(error)),
    );
  }, [offered]);

  const change = async (member: string, wanted: ApiSimulatorChange): Promise<void> => {
    try {
      const fresh = await post<ApiSimulated>(`api/simulator/${encodeURIComponent(member)}`, wanted);
      setDevices((known) => known.map((one) => (one.member === member ? fresh : one)));
      setFailure(undefined);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };

  if (!offered) return <p class="card quiet">{t(texts.not_offered)}</p>;
  return (
    <>
      <p class="quiet">{t(texts.intro)}</p>
      {failure !== undefined && <FailureNote failure={failure} />}
      <div class="grid later">
        {devices.map((device) => (
          <Played
            key={device.member}
            device={device}
            onChange={(wanted) => void change(device.member, wanted)}
          />
        ))}
      </div>
    </>
  );
}

/** Names and spans of the sliders: any battery of up to 64 V, its inverter, its cellar. */
const SLIDERS: Readonly<Record<Pin, { readonly span: readonly [number, number]; readonly unit: string }>> = {
  voltage: { span: [10, 64], unit: 'V' },
  current: { span: [-200, 200], unit: 'A' },
  temperature: { span: [-30, 80], unit: '°C' },
};
/** Share of the answers that a fault strikes when it is switched on. */
const USUAL_RATE = 0.3;

const PIN_TITLES = {
  voltage: common.voltage,
  current: common.current,
  temperature: texts.temperature,
} as const;

function Played({
  device,
  onChange,
}: {
  readonly device: ApiSimulated;
  readonly onChange: (wanted: ApiSimulatorChange) => void;
}): JSX.Element {
  const member = store.site.value?.members.find(({ name }) => name === device.member);
  // A device without a battery does not feel what is held around one.
  const pins = member === undefined || isAnyBattery(member) ? PINS : [];
  return (
    <section class="card stack">
      <h2>{member?.title ?? device.member}</h2>
      {pins.map((pin) => (
        <Slider
          key={pin}
          pin={pin}
          value={device.pins[pin]}
          onChange={(value) => onChange({ pins: { [pin]: value } })}
        />
      ))}
      <details>
        <summary>{t(texts.faults)}</summary>
        <ul class="faults">
          {device.faults.map(({ name, title: what, rate }) => (
            <li key={name}>
              <label class="inline">
                <input
                  type="checkbox"
                  checked={rate > 0}
                  onChange={() => onChange({ faults: { [name]: rate > 0 ? 0 : USUAL_RATE } })}
                />
                <span>
                  <code>{name}</code> <small class="quiet">{what}</small>
                  {rate > 0 && <small> · {t(texts.rate, { n: Math.round(rate * 100) })}</small>}
                </span>
              </label>
              {rate > 0 && (
                <input
                  type="range"
                  class="slider"
                  aria-label={name}
                  min={0}
                  max={1}
                  step={0.05}
                  value={rate}
                  onChange={(event) => onChange({ faults: { [name]: Number(event.currentTarget.value) } })}
                />
              )}
            </li>
          ))}
        </ul>
        <button
          type="button"
          onClick={() => onChange({ faults: Object.fromEntries(device.faults.map(({ name }) => [name, 0])) })}
        >
          {t(texts.calm)}
        </button>
      </details>
    </section>
  );
}

function Slider({
  pin,
  value,
  onChange,
}: {
  readonly pin: Pin;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}): JSX.Element {
  const {
    span: [lowest, highest],
    unit,
  } = SLIDERS[pin];
  const held = value !== null;
  return (
    <div>
      <label class="inline">
        <input type="checkbox" checked={held} onChange={() => onChange(held ? null : Math.max(lowest, 0))} />
        <span>
          {t(PIN_TITLES[pin])}: {held ? `${t(texts.hold)} ${value} ${unit}` : t(texts.free)}
        </span>
      </label>
      {held && (
        <input
          type="range"
          class="slider"
          aria-label={t(PIN_TITLES[pin])}
          min={lowest}
          max={highest}
          step={0.5}
          value={value}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        />
      )}
    </div>
  );
}
