import { describe, expect, test } from 'vitest';
import { ascii, text } from '../../src/core/bytetext.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import topbms from '../../src/devices/topbms/topbms.ts';
import { frameBytes, framing } from '../../src/ydt1363/index.ts';

/** Captures that are passed on name nobody: serial numbers are masked, and everything else stays as it was. */

const masked = (frame: string, device = pylontech): string => text(device.anonymise(ascii(frame)));
const shown = (frame: string): string => text(ascii(frame));

const infoText = (frame: string): string => {
  const scan = framing.scan(ascii(frame), 0, frame.length);
  return scan.got === 'frame' ? String.fromCharCode(...scan.frame.info) : scan.got;
};

describe('a Pylontech', () => {
  // HPTCR03171112590, of a US2000C (martiby/ess)
  const SERIAL = '~20024600C0220248505443523033313731313132353930F6D2\r';

  test('keeps the letters of its serial number, which say the model, and loses the digits', () => {
    const frame = masked(SERIAL).replace('\\r', '\r');
    expect(infoText(frame)).toBe('\u0002HPTCR00000000000');
    expect(frame).toHaveLength(SERIAL.length);
  });

  test.each([
    ['the question', '~20024693E00202FD2D\r'],
    [
      'cells and current',
      '~20024600C06E10020F0C9A0C980C990C980C9A0C9A0C990C9B0C9C0C9A0C9B0C9B0C9B0C9B0C99050B740B550B570B530B630000BD06190F02C3500084E545\r',
    ],
    ['its name', '~20024600C04055533230303043000000010750796C6F6E2D2D2D2D2D2D2D2D2D2D2D2D2D2D2DEFBD\r'],
    ['its limits', '~20024600B032110E420BEA0AF00D030A470384D2F0B3B0A9EC0D030A47FC7CF272\r'],
    ['a refusal', '~200246040000FDAE\r'],
    ['noise', 'no frame at all'],
    ['a frame whose sum is wrong', SERIAL.replace('F6D2', 'F6D3')],
  ])('is not changed otherwise: %s', (_, frame) => {
    expect(masked(frame)).toBe(shown(frame));
  });
});

describe('a TopBMS', () => {
  const answer = (info: Uint8Array | string): string =>
    String.fromCharCode(...frameBytes({ ver: 0x52, adr: 1, cid1: 0x46, code: 0, info }));
  const bytesOf = (pack: number, ...texts: readonly string[]): Uint8Array =>
    Uint8Array.of(pack, ...texts.flatMap((one) => [...ascii(one.padEnd(30))]));

  test('loses every character of its serial numbers', () => {
    const e9 = masked(answer(bytesOf(1, 'TB 150-0815')), topbms).replace('\\r', '\r');
    expect(infoText(e9).slice(1).trimEnd()).toBe('XX XXXXXXXX');
    const texts = ['maker', '2020-01-01', 'TB16S', '1.7', 'LFP', 'SN0815', 'none'];
    const f1 = masked(answer(bytesOf(1, ...texts)), topbms).replace('\\r', '\r');
    const found = infoText(f1).slice(1);
    expect(found.match(/.{30}/g)?.map((one) => one.trimEnd())).toEqual([
      ...texts.slice(0, 5),
      'XXXXXX',
      'none',
    ]);
  });

  test('telemetry stays as it is', () => {
    const README =
      '~52014600408401100D120D150D0F0D0D0D130D160D150D210D130D130D130D130D100D160D170D2306003D003E003E003E003B003B018014EE33B3063A9800025864000000000000E20A\r';
    expect(masked(README, topbms)).toBe(shown(README));
  });
});
