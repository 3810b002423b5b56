import { describe, expect, it } from 'vitest';
import { text } from '../../src/core/bytetext.ts';
import { readCodes } from '../../src/protocols/neva/index.ts';
import { converse } from '../every-device/converse.ts';
import { proofs } from '../every-device/captures.ts';

/** Our reader against recorded meters: it must say what the recorded reader said. The other direction is proof 3. */

const recorded = proofs.filter(({ device }) => device.protocol === 'neva');

describe('our reader asks a recorded meter what was asked in', () => {
  it.each(recorded.map((proof) => [proof.name, proof] as const))('%s', (_, { capture, replies }) => {
    const asked = capture.entries
      .filter(({ direction }) => direction === '>')
      .map(({ bytes }) => text(bytes));
    const codes = asked.flatMap((request) => {
      const [, code, argument = ''] = /R1\\x02([0-9A-F]{8})\(([^)]*)\)/.exec(request) ?? [];
      return code === undefined ? [] : [argument === '' ? code : `${code}(${argument})`];
    });
    const said: string[] = [];
    const outcome = converse(
      readCodes(
        { address: capture.header.address === '0' ? '' : (capture.header.address ?? '').padStart(8, '0') },
        codes,
      ),
      (sent) => {
        if (sent !== undefined) said.push(text(sent));
        return replies
          .filter(({ request }) => request !== undefined && text(request) === said.at(-1))
          .map(({ bytes }) => bytes);
      },
    );
    expect(outcome).toHaveProperty('value');
    const breaks = (line: string): boolean => line.startsWith('\\x01B0');
    expect(said.filter((line) => !breaks(line))).toEqual(asked.filter((line) => !breaks(line)));
    expect(said.filter(breaks)).toEqual(['\\x01B0\\x03q']);
  });
});
