import { describe, expect, test } from 'vitest';
import { ascii } from '../../src/core/bytetext.ts';
import { line } from '../../src/core/line.ts';
import type { Link } from '../../src/core/link.ts';
import { type MemoryLine, memoryLine } from '../../src/core/memory-link.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import {
  choosePort,
  portName,
  webSerialLink,
  webSerialOf,
  type WebSerialOptions,
} from '../../src/web/index.ts';
import { linkContract } from '../links/contract.ts';
import { never, reader } from '../links/harness.ts';
import { FakeSerial } from './fake-serial.ts';

function bench(options: WebSerialOptions = {}): { wire: MemoryLine; serial: FakeSerial; link: Link } {
  const wire = memoryLine(virtualClock());
  const serial = new FakeSerial(wire);
  return { wire, serial, link: webSerialLink(serial, serial.port, options) };
}

linkContract('Web Serial', () => {
  const { wire, serial, link } = bench();
  return Promise.resolve({
    link,
    far: () => Promise.resolve(wire.far),
    lose: () => {
      serial.port.unplug();
      wire.cut();
      return Promise.resolve();
    },
    restore: () => {
      serial.plug();
      return Promise.resolve();
    },
    close: () => wire.far.close(),
  });
});

describe('a port by Web Serial', () => {
  test('is opened as the device wants it: 7E1 of a meter, without flow control', async () => {
    const { serial, link } = bench();
    const near = await link.connect(line(300, '7E1'), never);
    expect(serial.port.openings.map(({ settings }) => settings)).toMatchObject([
      { baudRate: 300, dataBits: 7, parity: 'even', stopBits: 1, flowControl: 'none' },
    ]);
    expect(near.peer).toBe('USB serial port 1a86:7523 at 300 7E1');
    await near.close();
  });

  test('goes to another rate after what was written has gone out, and bytes flow on', async () => {
    const { wire, serial, link } = bench();
    const near = await link.connect(line(300, '7E1'), never);
    const [atNear, atFar] = [reader(near), reader(wire.far)];
    await near.write(ascii('/?!'));
    await near.setLine?.(line(9600, '7E1'));
    expect(serial.port.present).toBe('9600 7E1');
    await near.write(ascii('ok'));
    expect(await atFar.take(5)).toEqual(ascii('/?!ok'));
    await wire.far.write(ascii('answer'));
    expect(await atNear.take(6)).toEqual(ascii('answer'));
    await near.setLine?.(line(9600, '7E1'));
    expect(serial.port.openings).toHaveLength(2);
    await near.close();
    expect(serial.port.present).toBeUndefined();
  });

  test('feeds optical heads, also after another rate; an adapter without such lines works as well', async () => {
    const { serial, link } = bench();
    const near = await link.connect(line(300, '7E1'), never);
    expect(serial.port.powered).toBe(true);
    await near.setLine?.(line(9600, '7E1'));
    expect(serial.port.powered).toBe(true);
    await near.close();
    expect(serial.port.powered).toBe(false);
    serial.port.powered = undefined;
    await (await link.connect(line(300, '7E1'), never)).close();
  });

  test('keeps what the person fixed, whatever the device wants', async () => {
    const { serial, link } = bench({ baud: 2400, format: '8N1' });
    const near = await link.connect(line(300, '7E1'), never);
    await near.setLine?.(line(9600, '7E1'));
    expect(serial.port.openings).toHaveLength(1);
    expect(serial.port.present).toBe('2400 8N1');
    await near.close();
  });

  test.each(['FramingError', 'ParityError', 'BreakError', 'BufferOverrunError'] as const)(
    'reads on after a %s',
    async (error) => {
      const { wire, serial, link } = bench();
      const near = await link.connect(line(9600), never);
      const heard = reader(near);
      await wire.far.write(ascii('a'));
      expect(await heard.take(1)).toEqual(ascii('a'));
      serial.port.receive(error);
      await wire.far.write(ascii('b'));
      expect(await heard.take(1)).toEqual(ascii('b'));
      await near.close();
    },
  );

  test('unplugged in mid-frame it says so, in one word and in a sentence', async () => {
    const { wire, serial, link } = bench();
    const near = await link.connect(line(9600), never);
    const heard = reader(near);
    await wire.far.write(ascii(':r50=1,2'));
    expect(await heard.take(8)).toEqual(ascii(':r50=1,2'));
    serial.port.unplug();
    expect(await heard.end()).toMatchObject({
      code: 'link',
      trouble: 'lost',
      message: 'USB serial port 1a86:7523 is gone',
    });
    await near.close();
    await expect(link.connect(line(9600), never)).rejects.toMatchObject({ trouble: 'lost' });
  });

  test('unplugged while it is opened anew it fails, and closes', async () => {
    const { serial, link } = bench();
    const near = await link.connect(line(300, '7E1'), never);
    const end = reader(near).end();
    const changed = near.setLine?.(line(9600, '7E1'));
    serial.port.unplug();
    await expect(changed).rejects.toMatchObject({ trouble: 'lost' });
    expect(await end).toMatchObject({ trouble: 'lost' });
    await near.close();
  });

  test.each([
    [
      'open already',
      new DOMException('The port is already open.', 'InvalidStateError'),
      'open-already',
      'another tab',
    ],
    [
      'busy, or not allowed',
      new DOMException('Failed to open serial port.', 'NetworkError'),
      'refused',
      'dialout',
    ],
    ['asked too much', new TypeError('bad baud'), 'settings', 'another baud rate'],
  ])('%s: says why it cannot be opened', async (_what, refusal, trouble, hint) => {
    const { serial, link } = bench();
    serial.port.refusal = refusal;
    await expect(link.connect(line(9600), never)).rejects.toMatchObject({
      code: 'link',
      trouble,
      hint: expect.stringContaining(hint) as string,
    });
    serial.port.refusal = undefined;
    await (await link.connect(line(9600), never)).close();
  });

  test('without numbers of USB it still has a name', () => {
    const serial = new FakeSerial(memoryLine(virtualClock()), {});
    expect(portName(serial.port)).toBe('serial port');
  });
});

describe('a browser', () => {
  test('without Web Serial: which ones have it', () => {
    expect(() => webSerialOf({ isSecureContext: true, serial: undefined })).toThrow(
      expect.objectContaining({
        trouble: 'unsupported',
        hint: expect.stringContaining('Chrome') as string,
      }) as Error,
    );
  });

  test('with a page over plain http: how to open it', () => {
    expect(() => webSerialOf({ isSecureContext: false, serial: undefined })).toThrow(
      expect.objectContaining({
        trouble: 'insecure',
        hint: expect.stringContaining('localhost') as string,
      }) as Error,
    );
  });

  test('whose person chooses no port, or may not', async () => {
    const { serial } = bench();
    serial.choosesNone = true;
    await expect(choosePort(serial)).rejects.toMatchObject({ trouble: 'none-chosen' });
    serial.requestPort = () =>
      Promise.reject(new DOMException('disallowed by permissions policy', 'SecurityError'));
    await expect(choosePort(serial)).rejects.toMatchObject({ trouble: 'forbidden' });
  });
});
