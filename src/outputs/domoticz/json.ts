import { Fault } from '../../core/fault.ts';
import { type HttpClient } from '../../core/site/http.ts';
import type { Door } from './options.ts';

/** Number of the hardware "Dummy" in Domoticz, under which sensors may be made. */
const DUMMY = '15';

/** An answer of the JSON interface: its body tells success, the status code is 200 in any case. */
interface Answer {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly idx?: unknown;
  readonly result?: readonly Readonly<Record<string, unknown>>[];
}

/** Domoticz by its JSON interface. */
export function jsonDoor(client: HttpClient, hardware: string): Door {
  const ask = async (query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> => {
    const request = { method: 'GET' as const, path: '/json.htm', query: { type: 'command', ...query } };
    const { status, text } = await client.send(request, signal);
    if (status === 401 || status === 403) {
      throw new Fault(
        'output',
        `${client.receiver} answered ${status}: user, password or token is wrong or may not do this; over plain http Domoticz takes passwords only where its settings allow that`,
      );
    }
    if (status !== 200) throw new Fault('output', `${client.receiver} answered ${status}`);
    try {
      const answer = JSON.parse(text) as Answer | null; // its parts are tested where they are used
      return answer ?? {};
    } catch (cause) {
      throw new Fault('output', `what ${client.receiver} answered is no JSON: is it Domoticz?`, { cause });
    }
  };
  const must = async (query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> => {
    const answer = await ask(query, signal);
    if (answer.status === 'OK') return answer;
    const said = typeof answer.message === 'string' ? `: ${answer.message}` : '';
    throw new Fault('refused', `Domoticz did not carry out ${query.param ?? ''}${said}`);
  };
  const idxOf = (value: unknown, what: string): number => {
    const idx = Number(value);
    if (Number.isInteger(idx) && idx > 0) return idx;
    throw new Fault('output', `Domoticz made ${what} and did not say its idx`);
  };
  const hardwareIdx = async (signal: AbortSignal): Promise<number> => {
    const { result = [] } = await ask({ param: 'gethardware' }, signal);
    const found = result.find(({ Name }) => Name === hardware);
    if (found !== undefined) return idxOf(found.idx, hardware);
    const made = { param: 'addhardware', htype: DUMMY, name: hardware, enabled: 'true', datatimeout: '0' };
    return idxOf((await must(made, signal)).idx, hardware);
  };
  return {
    receiver: client.receiver,
    update: async (idx, nvalue, svalue, signal) => {
      await must({ param: 'udevice', idx: String(idx), nvalue: String(nvalue), svalue }, signal);
    },
    find: async (idx, signal) => {
      const { result = [] } = await ask({ param: 'getdevices', rid: String(idx) }, signal);
      const found = result.find((one) => Number(one.idx) === idx);
      return found === undefined ? undefined : { type: String(found.Type), subtype: String(found.SubType) };
    },
    create: async ({ name, mapped, options }, signal) => {
      const query = {
        param: 'createdevice',
        idx: String(await hardwareIdx(signal)),
        sensorname: name,
        sensormappedtype: mapped,
        ...(options === undefined ? {} : { sensoroptions: options }),
      };
      return idxOf((await must(query, signal)).idx, name);
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
