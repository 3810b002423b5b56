import type { IncomingMessage } from 'node:http';
import { standIn } from './stand-in.ts';

/** A sensor as it was created, and what it was sent. */
export interface Sensor {
  readonly type: string;
  readonly subtype: string;
  readonly name: string;
  readonly options?: string;
  readonly values: string[];
}

/** Names of Domoticz by type and subtype, and what each takes. */
const KINDS: Readonly<Record<string, readonly [type: string, subtype: string, takes: RegExp]>> = {
  '0xF308': ['General', 'Voltage', /^0 -?\d+\.\d+$/],
  '0xF317': ['General', 'Current', /^0 -?\d+\.\d+$/],
  '0xF801': ['Usage', 'Electric', /^0 -?\d+\.\d+$/],
  '0xF306': ['General', 'Percentage', /^0 -?\d+\.\d+$/],
  '0x5005': ['Temp', 'LaCrosse TX3', /^0 -?\d+\.\d+$/],
  '0xF31F': ['General', 'Custom Sensor', /^0 -?\d+(\.\d+)?$/],
  '0xF31D': ['General', 'kWh', /^0 -?\d+\.\d+;\d+\.\d+$/],
  '0xF313': ['General', 'Text', /^0 .+$/],
  '0xF316': ['General', 'Alert', /^[0-4] .+$/],
  '0xF449': ['Light/Switch', 'Switch', /^[01] $/],
  '0xF321': ['General', 'Managed Counter', /^0 \d+;\d+;\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/],
};

/**
 * A stand-in for Domoticz on loopback: it answers 200 to everything, ERR in the body to what it does not know, and refuses
 * texts that the type of the sensor does not take.
 */
export interface DomoticzStandIn {
  readonly url: string;
  readonly sensors: Map<number, Sensor>;
  readonly named: (name: string) => Sensor | undefined;
  readonly kill: () => Promise<void>;
  /** Again, under the same address and with all that it knew. */
  readonly start: () => Promise<void>;
  /** Answers nobody, and goes on. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** Starts one. @param authorization header that it wants; absent: none */
export async function domoticzStandIn(authorization?: string): Promise<DomoticzStandIn> {
  const sensors = new Map<number, Sensor>();
  const hardware: string[] = [];
  const answer = (request: IncomingMessage): object => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://localhost');
    if (pathname !== '/json.htm' || query.get('type') !== 'command') return { status: 'ERR' };
    const idx = Number(query.get('idx'));
    switch (query.get('param')) {
      case 'gethardware':
        return { status: 'OK', result: hardware.map((Name, index) => ({ Name, idx: String(index + 1) })) };
      case 'addhardware':
        if (query.get('htype') !== '15') return { status: 'ERR' };
        return { status: 'OK', idx: String(hardware.push(query.get('name') ?? '')) };
      case 'createdevice': {
        const [type, subtype] = KINDS[query.get('sensormappedtype') ?? ''] ?? [];
        if (type === undefined || subtype === undefined || idx > hardware.length) return { status: 'ERR' };
        const options = query.get('sensoroptions');
        const made = 100 + sensors.size;
        const name = query.get('sensorname') ?? '';
        sensors.set(made, { type, subtype, name, values: [], ...(options === null ? {} : { options }) });
        return { status: 'OK', idx: String(made) };
      }
      case 'getdevices': {
        const found = sensors.get(Number(query.get('rid')));
        if (found === undefined) return { status: 'OK' };
        return {
          status: 'OK',
          result: [{ idx: query.get('rid'), Type: found.type, SubType: found.subtype }],
        };
      }
      case 'udevice': {
        const found = sensors.get(idx);
        const takes = Object.values(KINDS).find(([, subtype]) => subtype === found?.subtype)?.[2];
        const value = `${query.get('nvalue') ?? ''} ${query.get('svalue') ?? ''}`;
        if (found === undefined || takes?.test(value) !== true)
          return { status: 'ERR', message: `no: ${value}` };
        found.values.push(value);
        return { status: 'OK', title: 'Update Device' };
      }
      default:
        return { status: 'ERR' };
    }
  };
  const server = await standIn((request, response) => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.statusCode = 401;
      response.end();
    } else response.end(JSON.stringify(answer(request)));
  });
  return {
    ...server,
    sensors,
    named: (name: string) => [...sensors.values()].find((one) => one.name === name),
  };
}
