import { encode } from '../../codec/index.ts';
import { text } from '../../core/bytetext.ts';
import type { ReadingFormat } from '../../core/device.ts';
import type { Readings, Values } from '../../core/snapshot.ts';
import type { JuntekDefinition } from './definition.ts';

/**
 * The JSON that lugamodder/juntek_kl_battery_monitor_client prints for the same frames, so that Zabbix items made for it
 * live on. Its peculiarities are kept on purpose: `watt_hour` is in kWh; temperatures take the first digit as a sign,
 * which is right only from 0 to 99 °C; the names behind `temperature_calibration` are one place off (`relay_type` is a
 * reserved value, `current_multipler` the relay type, `voltage_curve_scale` the current ratio); a disabled negative
 * protection is -0.0.
 */
export function lugamodder(definition: JuntekDefinition): Readonly<Record<string, ReadingFormat>> {
  const raw = (group: keyof JuntekDefinition['groups'], values: Values): string[] =>
    text(encode(definition.groups[group].body, values)).split(',').slice(0, -1);
  const print = (groups: Readings): string => {
    const out: string[] = [];
    for (const [group, values] of Object.entries(groups)) {
      if (values === undefined || !isGroup(group)) continue;
      const lines = ROWS[group](raw(group, values)).map(([key, value]) => `        "${key}": ${value}`);
      out.push(`    "${group}": {\n${lines.join(',\n')}\n    }`);
    }
    return `{\n${out.join(',\n')}\n}`;
  };
  return {
    lugamodder: { title: 'JSON of juntek_kl_battery_monitor_client, its peculiarities included', print },
  };
}

type Rows = readonly (readonly [key: string, value: string])[];

const ROWS: Readonly<Record<'info' | 'measured' | 'configured', (raw: readonly string[]) => Rows>> = {
  info: ([code = '', version = '', serial = '']) => [
    ['current_sensor', code.startsWith('1') ? '"Hall-sensor"' : '"Sampler"'],
    ['max_voltage', String(Number(code.charAt(1)) * 100)],
    ['max_current', String(Number(code.slice(2)) * 10)],
    ['version', version],
    ['serial_number', serial],
  ],
  measured: (raw) => {
    const at = (index: number): number => Number(raw[index]);
    return [
      ['voltage', float(at(0) / 100)],
      ['current', float(at(1) / 100)],
      ['current_signed', float((at(1) / 100) * (at(9) === 0 ? -1 : 1))],
      ['remaining_battery_capacity', float(at(2) / 1000)],
      ['cumulative_capacity', float(at(3) / 1000)],
      ['watt_hour', float(at(4) / 100_000)],
      ['running_time', String(at(5))],
      ['ambient_temperature', firstDigitIsSign(raw[6] ?? '')],
      ['output_status', String(at(8))],
      ['current_direction', String(at(9))],
      ['battery_life', String(at(10))],
      ['internal_resistance', float(at(11) / 100)],
    ];
  },
  configured: (raw) => {
    const at = (index: number): number => Number(raw[index]);
    return [
      ['overvoltage_protection', float(at(0) / 100)],
      ['undervoltage_protection', float(at(1) / 100)],
      ['forward_overcurrent_protection', float(at(2) / 100)],
      ['negative_overcurrent_protection', float(-at(3) / 100)],
      ['over_power_protection', float(at(4) / 100)],
      ['over_temperature_protection', firstDigitIsSign(raw[5] ?? '')],
      ['protection_recovery_time', String(at(6))],
      ['delay_time', String(at(7))],
      ['preset_battery_capacity', float(at(8) / 10)],
      ['fine_tuning_voltage', String(at(9))],
      ['fine_tuning_current', String(at(10))],
      ['temperature_calibration', String(at(11))],
      ['relay_type', String(at(12))],
      ['current_multipler', String(at(13))],
      ...(raw.length > 14 ? [['voltage_curve_scale', String(at(14))] as const] : []),
      ...(raw.length > 15 ? [['current_curve_scale', String(at(15))] as const] : []),
    ];
  },
};

function isGroup(name: string): name is keyof typeof ROWS {
  return name in ROWS;
}

/** A float as that program's language prints it: always with a point, the sign of zero kept. */
function float(value: number): string {
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** `130` as 30 and `030` as -30: the first digit is no sign in truth, it belongs to the number. */
function firstDigitIsSign(raw: string): string {
  const rest = Number(raw.slice(1));
  return String(raw.startsWith('0') ? -rest : rest);
}
