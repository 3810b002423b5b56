import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { text } from '../src/core/bytetext.ts';
import { isFamily } from '../src/core/catalog.ts';
import { type Group, groupOf } from '../src/core/device.ts';
import { complete } from '../src/core/field.ts';
import type { Inspected } from '../src/core/inspect.ts';
import type { Readings, Values } from '../src/core/snapshot.ts';
import type { Station } from '../src/core/station.ts';
import { reached } from '../src/core/reach.ts';
import { catalog } from '../src/devices/index.ts';
import {
  captureFiles,
  type Expected,
  type Proof,
  proofs,
  refusals,
  type Reply,
} from './every-device/captures.ts';
import { converse, type Outcome } from './every-device/converse.ts';

/**
 * What every device must prove, from the catalogue, the capture files and the expected readings beside them: a new
 * device is proven by its files, without a line here. The numbers are those of docs/architecture.md; number 6 is in every-definition.test.ts.
 */

const known = (group: Group, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !(name in group.derived)));

const groupNamed = ({ device, name }: Proof, wanted: string): Group => {
  const group = groupOf(device, wanted);
  if (group === undefined) throw new Error(`${name}: ${device.id} has no group '${wanted}'`);
  return group;
};

/** The pieces of some bytes that the device's protocol takes for good answers. */
const answersIn = (proof: Proof, ...chunks: readonly Uint8Array[]): Inspected[] => {
  const inspector = proof.device.inspector();
  const found = [...chunks.flatMap((chunk) => inspector.push(chunk)), ...inspector.flush()];
  return found.filter((one) => one.verdict === 'ok' && one.direction === 'reply');
};

/** A simulated device at the address of an answer, with the values of that answer. */
const stationWith = (
  { device, station: options }: Proof,
  { group, address }: Expected,
  values: Values,
): Station => {
  const station = device.station({ address, options, random: () => 0.5 });
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) station.set(`${group}.${name}`, value);
  }
  return station;
};

const said = (station: Station, bytes: Uint8Array): string =>
  station
    .hear(bytes)
    .map((one) => text(one.bytes))
    .join('');

/** What was answered to each request when an answer's group was read without a fault, in the order of asking. */
type Tape = ReadonlyMap<string, readonly (readonly Uint8Array[])[]>;

/** By who reads: a reader that knows nothing of the meter yet asks other things first. */
const tapes = new WeakMap<Proof['device'], Map<Expected, Tape>>();

/** The dialogue with a simulated device that says the same as an answer, held once: thousands of readings use it. */
const tapeOf = (proof: Proof, expected: Expected): Tape => {
  const own = tapes.get(proof.device) ?? new Map<Expected, Tape>();
  tapes.set(proof.device, own);
  const found = own.get(expected);
  if (found !== undefined) return found;
  const group = groupNamed(proof, expected.group);
  const station = stationWith(proof, expected, known(group, expected.values));
  const tape = new Map<string, Uint8Array[][]>();
  converse(group.read(expected.address), (sent) => {
    if (sent === undefined) return [];
    const answers = station.hear(sent).map((one) => one.bytes);
    tape.set(text(sent), [...(tape.get(text(sent)) ?? []), answers]);
    return answers;
  });
  own.set(expected, tape);
  return tape;
};

/** Reads the group of an answer from a device that says the same; `spoil` may change the nth answer. */
const readFrom = (
  proof: Proof,
  expected: Expected,
  spoil: (answer: Uint8Array, index: number) => readonly Uint8Array[],
): Outcome<Values> => {
  const device = readers.get(proof.device) ?? proof.device;
  const of = { ...proof, device };
  const tape = tapeOf(of, expected);
  const asked = new Map<string, number>();
  let index = 0;
  const outcome = converse(
    groupNamed({ ...proof, device }, expected.group).read(expected.address),
    (sent) => {
      if (sent === undefined) return [];
      const request = text(sent);
      const before = asked.get(request) ?? 0;
      asked.set(request, before + 1);
      const recorded = tape.get(request) ?? [];
      return (recorded[before] ?? recorded.at(-1) ?? []).flatMap((answer) => spoil(answer, index++));
    },
  );
  // It has lost faith in its password, as it should: the next reading is another reader's.
  if ('fault' in outcome && outcome.fault.rests) readers.set(proof.device, deviceReached(device));
  return outcome;
};

/** Readers in place of those that rest. */
const readers = new Map<Proof['device'], Proof['device']>();

function deviceReached(device: Proof['device']): Proof['device'] {
  const fresh = reached(device, {});
  if (isFamily(fresh)) throw new Error('a device has become a family');
  return fresh;
}

const withExpected = (proof: Proof): (Reply & { readonly expected: Expected })[] =>
  proof.replies.flatMap((reply) => (reply.expected === null ? [] : [{ ...reply, expected: reply.expected }]));

/** The answers that a faultless reading consists of, and its values. */
const faultless = (proof: Proof, expected: Expected): { answers: Uint8Array[]; values: Values } => {
  const answers: Uint8Array[] = [];
  const outcome = readFrom(proof, expected, (answer) => {
    answers.push(answer);
    return [answer];
  });
  if ('fault' in outcome) throw outcome.fault;
  return { answers, values: outcome.value };
};

test('captures are found at all', () => {
  expect(captureFiles.length).toBeGreaterThan(10);
});

test.each(catalog.devices.map((device) => [device.id, device] as const))(
  '%s has a capture, or says itself that it is unproven',
  (id, device) => {
    const own = proofs.filter((proof) => proof.device.id === id && withExpected(proof).length > 0);
    const unproven = device.remarks.some((remark) => remark.startsWith('Unproven:'));
    expect(own.length > 0).toBe(!unproven);
  },
);

describe.each(proofs.map((proof) => [proof.name, proof] as const))('%s', (_, proof) => {
  const { device } = proof;

  test('1: every captured answer reads as the JSON beside it', () => {
    let sofar: Readings = {};
    for (const { bytes, expected } of proof.replies) {
      if (expected === null) continue;
      const [answer, ...others] = answersIn(proof, bytes);
      expect(others).toEqual([]);
      expect(answer).toMatchObject({ device: device.id, kind: expected.group });
      expect(answer?.address).toBe(expected.addressed ? expected.address : undefined);
      expect(answer?.unverified).toBe(expected.unverified);
      const group = groupNamed(proof, expected.group);
      const values = complete(answer?.values ?? {}, group.derived, {
        ...sofar,
        [expected.group]: answer?.values,
      });
      expect(defined(values)).toEqual(expected.values);
      sofar = { ...sofar, [expected.group]: values };
    }
  });

  test('2: writing what was read gives the captured bytes back', () => {
    for (const { bytes, request, earlier, expected } of withExpected(proof)) {
      if (request === undefined) continue;
      const group = groupNamed(proof, expected.group);
      const read = known(group, answersIn(proof, bytes)[0]?.values ?? {});
      const station = stationWith(proof, expected, read);
      for (const before of earlier) station.hear(before);
      expectSame(proof, said(station, request), text(bytes));
    }
  });

  test('3: the simulator, loaded with the JSON, answers the captured request with the captured answer', () => {
    const stations = new Map<number, Station>();
    let asked = 0;
    for (const { bytes, request, expected } of proof.replies) {
      if (request === undefined) continue;
      const address = expected?.address ?? Number(proof.capture.header.address);
      const station =
        stations.get(address) ?? device.station({ address, options: proof.station, random: () => 0.5 });
      stations.set(address, station);
      const values = expected === null ? {} : known(groupNamed(proof, expected.group), expected.values);
      for (const [name, value] of Object.entries(values)) {
        if (value !== undefined) station.set(`${expected?.group ?? ''}.${name}`, value);
      }
      expectSame(proof, said(station, request), text(bytes));
      asked++;
    }
    expect(asked).toBeGreaterThan(0);
  });

  test('4: any single flipped bit of an answer gives the right reading or a fault', () => {
    for (const { bytes, expected } of withExpected(proof)) {
      const clean = faultless(proof, expected);
      const truth = answersIn(proof, bytes)[0]?.values;
      const wrong: string[] = [];
      let refused = 0;
      const judge = (what: string, outcome: Outcome<Values>): void => {
        if ('fault' in outcome) refused++;
        else if (!isDeepStrictEqual(outcome.value, clean.values)) wrong.push(what);
      };
      for (const [index, answer] of clean.answers.entries()) {
        for (let bit = 0; bit < answer.length * 8; bit++) {
          const spoilt = flipped(answer, bit);
          const what = `bit ${bit}: ${text(spoilt)}`;
          judge(
            what,
            readFrom(proof, expected, (whole, n) => [n === index ? spoilt : whole]),
          );
        }
      }
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        for (const answer of answersIn(proof, flipped(bytes, bit))) {
          if (expected.unverified === true) continue; // it says so itself
          // An address is proven by nothing but the question: whoever asked another one does not take it (above).
          if (answer.values !== undefined && !isDeepStrictEqual(answer.values, truth)) {
            wrong.push(`inspected, bit ${bit}: ${text(answer.bytes)}`);
          }
        }
      }
      expect(wrong).toEqual([]);
      expect(refused).toBeGreaterThan(0);
    }
  });

  test('4: every beginning of an answer gives the right reading or a fault', () => {
    for (const { expected } of withExpected(proof)) {
      const clean = faultless(proof, expected);
      let refused = 0;
      for (const [index, answer] of clean.answers.entries()) {
        for (let length = 0; length < answer.length; length++) {
          const outcome = readFrom(proof, expected, (whole, n) => [
            n === index ? whole.slice(0, length) : whole,
          ]);
          if ('fault' in outcome) refused++;
          else expect(outcome.value).toEqual(clean.values);
        }
      }
      expect(refused).toBeGreaterThan(0);
    }
  });

  test('4: noise in front of an answer, pieces of true ones among it, gives the right reading or a fault', () => {
    for (const { expected } of withExpected(proof)) {
      const clean = faultless(proof, expected);
      let right = 0;
      const piece = fc
        .tuple(fc.constantFrom(...proof.capture.entries), fc.nat(200), fc.nat(200))
        .map(([{ bytes }, from, length]) => bytes.slice(from % bytes.length, (from % bytes.length) + length));
      const noise = fc
        .array(fc.oneof(fc.uint8Array({ maxLength: 20 }), piece), { maxLength: 4 })
        .filter((parts) => !containsAnswer(proof, parts));
      fc.assert(
        fc.property(noise, (parts) => {
          const outcome = readFrom(proof, expected, (answer, n) => (n === 0 ? [...parts, answer] : [answer]));
          if ('fault' in outcome) return;
          right++;
          expect(outcome.value).toEqual(clean.values);
        }),
        { numRuns: 60, seed: 4 },
      );
      expect(right).toBeGreaterThan(0);
    }
  });

  test('5: byte by byte, and in any pieces, the same is found as all at once', () => {
    const stream = joined(proof.capture.entries.map((entry) => entry.bytes));
    const found = (chunks: readonly Uint8Array[]): unknown => {
      const inspector = device.inspector();
      const all = [...chunks.flatMap((chunk) => inspector.push(chunk)), ...inspector.flush()];
      return all
        .filter((one) => one.verdict !== 'noise')
        .map(({ verdict, kind, address, values, bytes }) => ({
          verdict,
          kind,
          address,
          values,
          bytes: text(bytes),
        }));
    };
    const atOnce = found([stream]);
    expect(atOnce).toHaveLength(proof.capture.entries.length);
    expect(found(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(atOnce);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 40 }), (sizes) => {
        expect(found(cut(stream, sizes))).toEqual(atOnce);
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  test('7: it names its origin', () => {
    expect(proof.capture.header.origin).toMatch(/^(real device|manual|project|reconstructed) \(.{8,}\)/);
    expect(proof.name.startsWith(`${device.id.split('-').at(-1) ?? ''}.`)).toBe(true);
  });
});

describe.each(refusals.map((proof) => [proof.name, proof] as const))('%s', (_, proof) => {
  const { header } = proof.capture;

  test(`is refused with the verdict that its header names`, () => {
    expect(header.why).toMatch(/.{10,}/);
    for (const { bytes } of proof.replies) {
      const inspector = proof.device.inspector();
      const found = [...inspector.push(bytes), ...inspector.flush()];
      expect(found.filter((one) => one.verdict === 'ok')).toEqual([]);
      expect(found[0]?.verdict).toBe(header.verdict);
      if (header.message !== undefined) expect(found[0]?.message).toBe(header.message);
    }
  });

  test('no group reads from it', () => {
    for (const group of proof.device.groups) {
      const bytes = proof.replies.map((reply) => reply.bytes);
      const outcome = converse(group.read(Number(header.address)), (sent) =>
        sent === undefined ? [] : bytes,
      );
      expect(outcome).toMatchObject({ fault: { code: header.verdict } });
    }
  });

  test('it names its origin', () => {
    expect(header.origin).toMatch(/^(real device|manual|project|reconstructed) \(.{8,}\)/);
  });
});

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Equal, unless the capture declares a deviation: then a proof that it is one. */
function expectSame({ capture }: Proof, made: string, captured: string): void {
  if (capture.header.deviation === undefined) expect(made).toBe(captured);
  else expect(made).not.toBe(captured);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

function cut(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(stream.slice(at, at + size));
    at += size;
  }
  return [...pieces, stream.slice(at)].filter((piece) => piece.length > 0);
}

/** Whether "noise" came out as a whole answer: that is another answer, not noise. */
function containsAnswer(proof: Proof, parts: readonly Uint8Array[]): boolean {
  return answersIn(proof, ...parts).length > 0;
}
