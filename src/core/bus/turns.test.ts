import { describe, expect, test } from 'vitest';
import { askedAt, eavesdrop, frame, job, notes, question, world } from '../../../test/core/bus-world.ts';
import { ascii } from '../bytetext.ts';
import { ask, type Exchange } from '../exchange.ts';
import { Fault } from '../fault.ts';
import type { Framing } from '../framing.ts';

/** `<a?volts*hh>`: 12 characters, 12 ms on this line. */
const ASK = frame('a?volts').length;

describe('one talker at a time', () => {
  test('no request begins before the answer to the one before it, or its timeout, is over', async () => {
    const w = world({ paced: true });
    w.devices.set('a', 15).set('b', 40).set('c', 5);
    let talking = 0;
    let most = 0;
    const alone = (device: string): (() => Exchange<string>) =>
      function* () {
        talking++;
        most = Math.max(most, talking);
        try {
          return yield* question(device);
        } finally {
          talking--;
        }
      };
    const jobs = ['a', 'b', 'dead', 'c', 'a', 'b'].map((device) =>
      w.outcome(w.bus.run(job(device, { exchange: alone(device), timing: { attempts: 1 } }))),
    );
    const results = await w.clock.run(Promise.all(jobs));
    expect(most).toBe(1);
    expect(results.map((one) => (one instanceof Fault ? one.code : one))).toEqual([
      'a!volts',
      'b!volts',
      'timeout',
      'c!volts',
      'a!volts',
      'b!volts',
    ]);
    // And on the wire: requests arrive as wholes, one behind the other.
    const asked = w.heard.map(({ text }) => text).join('');
    expect(asked).toBe(['a', 'b', 'dead', 'c', 'a', 'b'].map((device) => frame(`${device}?volts`)).join(''));
    expect(await w.close()).toBe(true);
  });
});

describe('the turnaround', () => {
  test('is kept from the opening of the line, and from the last byte heard', async () => {
    const w = world();
    w.devices.set('a', 100);
    await w.clock.run(w.bus.run(job('a')));
    await w.clock.run(w.bus.run(job('a')));
    // Quiet 0..20, asked at 20 (delivered at once), answered at 120, quiet until 140.
    expect(askedAt(w)).toEqual([20, 140]);
    expect(await w.close()).toBe(true);
  });

  test('is what the device wants', async () => {
    const w = world();
    w.devices.set('a', 100);
    await w.clock.run(w.bus.run(job('a', { timing: { turnaround: 70 } })));
    await w.clock.run(w.bus.run(job('a', { timing: { turnaround: 70 } })));
    expect(askedAt(w)).toEqual([70, 70 + 100 + 70]);
    expect(await w.close()).toBe(true);
  });

  test('is kept behind other masters, whose bytes push it on, but not for ever', async () => {
    const w = world();
    w.devices.set('a', 10);
    for (let at = 5; at <= 60; at += 5) w.say('x', at);
    await w.clock.run(w.bus.run(job('a')));
    expect(askedAt(w)).toEqual([60 + 20]);

    // A line that never goes quiet: a byte every 10 ms. 250 ms is the longest we wait.
    const began = w.clock.now();
    for (let at = 0; at < 1_000; at += 10) w.say('x', at);
    await w.clock.run(w.bus.run(job('a')));
    expect(askedAt(w)[1]).toBe(began + 250);
    await w.clock.advance(1_000);
    expect(await w.close()).toBe(true);
  });

  test('is kept before words that nobody answers, too', async () => {
    const w = world();
    w.devices.set('a', 100);
    const broadcast = function* (): Exchange<string> {
      yield { do: 'say', bytes: ascii(frame('all:on')) };
      return 'said';
    };
    await w.clock.run(w.bus.run(job('a')));
    const answered = w.clock.now();
    expect(await w.clock.run(w.bus.run(job('all', { exchange: broadcast })))).toBe('said');
    expect(w.heard.at(-1)).toEqual({ at: answered + 20, text: frame('all:on') });
    expect(await w.close()).toBe(true);
  });
});

describe('the response time', () => {
  test('counts from the last character sent, with the time that sending takes', async () => {
    const w = world();
    const fault = await w.outcome(w.bus.run(job('dead', { timing: { response: 200, attempts: 1 } })));
    // Quiet 20, `<dead?volts*hh>` is 15 characters: 15 ms; then 200.
    expect(w.clock.now()).toBe(20 + 15 + 200);
    expect(fault).toMatchObject({ code: 'timeout', evidence: { waited: 200, receivedBytes: 0 } });
    expect(fault).toMatchObject({
      message: expect.stringContaining('volts of dead: no answer to "<dead?volts*') as string,
    });
    expect(await w.close()).toBe(true);
  });

  test('is longer by what the link adds', async () => {
    const w = world({ latency: 300 });
    await w.outcome(w.bus.run(job('dead', { timing: { response: 200, attempts: 1 } })));
    expect(w.clock.now()).toBe(20 + 15 + 200 + 300);
    expect(await w.close()).toBe(true);
  });

  test('ends a wait for which the last byte in time was foreign', async () => {
    const w = world();
    w.onFrame = () => w.say(frame('b!volts'), 150);
    const fault = await w.outcome(w.bus.run(job('a', { timing: { response: 200, attempts: 1 } })));
    expect(w.clock.now()).toBe(20 + ASK + 200);
    expect(fault).toMatchObject({
      code: 'timeout',
      evidence: { receivedBytes: ASK, others: [ascii(frame('b!volts'))] },
    });
    expect(await w.close()).toBe(true);
  });

  test('lets an answer finish that began in time', async () => {
    const w = world({ paced: true });
    w.onFrame = () => w.say(frame('a!volts'), 195); // its 12 characters end at 207
    expect(await w.clock.run(w.bus.run(job('a', { timing: { response: 200, attempts: 1 } })))).toBe(
      'a!volts',
    );
    expect(w.clock.now()).toBe(20 + ASK + 195 + ASK);
    expect(await w.close()).toBe(true);
  });

  test('lets it finish too when all of it that came in time looks like our own request', async () => {
    const w = world({ paced: true });
    w.onFrame = () => w.say(frame('a!volts'), 198); // `<a` are there at 200: so begins `<a?volts`
    expect(await w.clock.run(w.bus.run(job('a', { timing: { response: 200, attempts: 1 } })))).toBe(
      'a!volts',
    );
    expect(await w.close()).toBe(true);
  });

  test('gives chatter that never ends one frame more, not more', async () => {
    const w = world();
    // From 5 ms before the end, half a frame and then bytes without a gap: something has always just begun.
    w.onFrame = () => {
      for (let at = 0; at < 5_000; at += 10) w.say('<x', 195 + at);
    };
    const fault = await w.outcome(w.bus.run(job('a', { timing: { response: 200, attempts: 1 } })));
    expect(fault).toMatchObject({ code: 'timeout' });
    // The longest frame, 32 characters, in one and a half of its time, and two gaps of 30 ms.
    const sent = 20 + ASK;
    expect(w.clock.now()).toBeGreaterThan(sent + 200);
    expect(w.clock.now()).toBeLessThanOrEqual(sent + 200 + 32 * 1.5 + 2 * 30 + 10);
    w.onFrame = undefined;
    await w.clock.advance(6_000);
    expect(await w.close()).toBe(true);
  });
});

describe('silence inside an answer', () => {
  test('ends the wait at once when what came is broken', async () => {
    const w = world();
    w.onFrame = () => w.say(frame('a!volts', 1), 50);
    const fault = await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })));
    expect(fault).toMatchObject({ code: 'checksum', bytes: ascii(frame('a!volts', 1)) });
    expect(w.clock.now()).toBe(20 + 50 + 30); // 30 ms of silence behind it, not 500
    expect(await w.close()).toBe(true);
  });

  test('is longer by what the link adds', async () => {
    const w = world({ gap: 100 });
    w.onFrame = () => w.say(frame('a!volts', 1), 50);
    await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })));
    expect(w.clock.now()).toBe(20 + 50 + 130);
    expect(await w.close()).toBe(true);
  });

  test('does not end it when a good answer follows the broken one in time', async () => {
    const w = world();
    w.onFrame = () => {
      w.say(frame('a!volts', 1), 50);
      w.say(frame('a!volts'), 75);
    };
    expect(await w.clock.run(w.bus.run(job('a', { timing: { attempts: 1 } })))).toBe('a!volts');
    expect(await w.close()).toBe(true);
  });

  test('gives up what has only begun, so that the true answer behind it is found', async () => {
    const w = world();
    w.onFrame = () => {
      w.say('<a!vo', 50);
      w.say(frame('a!volts'), 100);
    };
    expect(await w.clock.run(w.bus.run(job('a', { timing: { attempts: 1 } })))).toBe('a!volts');
    expect(await w.close()).toBe(true);
  });

  test('gives up what has only begun, so that the true answer hidden in it is found', async () => {
    const w = world();
    // A first byte says how many bytes a frame has, and ! closes it. 9 claims more than come; 3 x ! is a frame.
    const told: Framing<string> = {
      longest: 9,
      scan(bytes, start, end) {
        const length = bytes[start] ?? 0;
        if (length === 0 || length > 9) return { got: 'noise', used: 1 };
        if (start + length > end) return { got: 'partial' };
        const frame = String.fromCharCode(...bytes.subarray(start + 1, start + length));
        return frame.endsWith('!') ? { got: 'frame', frame, used: length } : { got: 'noise', used: 1 };
      },
    };
    w.say('\x09\x03x!', 70);
    const exchange = (): Exchange<string> =>
      ask({ what: 'x', bytes: ascii('?'), framing: told, accept: () => 'take' });
    expect(await w.clock.run(w.bus.run(job('x', { exchange })))).toBe('x!');
    expect(w.clock.now()).toBe(70 + 30);
    expect(await w.close()).toBe(true);
  });

  test('ends an answer that began in time and breaks off', async () => {
    const w = world();
    w.onFrame = () => w.say('<a!vo', 200);
    const fault = await w.outcome(w.bus.run(job('a', { timing: { response: 200, attempts: 1 } })));
    expect(fault).toMatchObject({ code: 'timeout', evidence: { receivedBytes: 5 } });
    expect(w.clock.now()).toBe(20 + 200 + 30); // 12 ms before the time to begin is over, and 18 behind it
    expect(await w.close()).toBe(true);
  });

  test('shorter than the gap is no end: an answer in pieces is one answer', async () => {
    const w = world({ gap: 20 });
    const pieces = frame('a!volts').match(/.../g) ?? []; // four of three characters
    w.onFrame = () => {
      for (const [index, piece] of pieces.entries()) w.say(piece, 50 + index * 49);
    };
    expect(await w.clock.run(w.bus.run(job('a', { timing: { attempts: 1, response: 100 } })))).toBe(
      'a!volts',
    );
    expect(await w.close()).toBe(true);
  });
});

describe('what came before the question', () => {
  test('is not taken for its answer', async () => {
    const w = world();
    await w.clock.advance(1);
    w.say(frame('a!volts')); // nobody asked yet
    w.say(frame('a!volts'), 10); // while the line is to be quiet
    await w.clock.advance(1);
    const fault = await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })));
    expect(fault).toMatchObject({ code: 'timeout', evidence: { receivedBytes: 0 } });
    expect(await w.close()).toBe(true);
  });

  test('but what stands behind a frame in the same chunk is kept for the next step', async () => {
    const w = world();
    w.onFrame = () => w.say(frame('a!volts') + frame('a!more') + '<a!', 10);
    const both = function* (): Exchange<string> {
      const one = yield* question('a');
      const two = yield* eavesdrop('a!more');
      w.say('last*', 5);
      const sum = frame('a!last').slice(-3);
      w.say(sum, 6);
      const three = yield* eavesdrop('a!last');
      return `${one} ${two} ${three}`;
    };
    expect(await w.clock.run(w.bus.run(job('a', { exchange: both })))).toBe('a!volts a!more a!last');
    expect(await w.close()).toBe(true);
  });
});

test('foreign frames are passed over and told in the fault, the last eight of them', async () => {
  const w = world();
  w.onFrame = () => {
    for (let index = 0; index < 10; index++) w.say(frame(`z!${index}`), 10 + index * 10);
  };
  const fault = await w.outcome(w.bus.run(job('a', { timing: { attempts: 1 } })));
  expect(fault instanceof Fault ? fault.evidence?.others : []).toEqual(
    [2, 3, 4, 5, 6, 7, 8, 9].map((index) => ascii(frame(`z!${index}`))),
  );
  expect(w.bus.health().foreign).toBe(10);
  expect(await w.close()).toBe(true);
});

test('a step can say what the silence probably means', async () => {
  const w = world();
  w.onFrame = () => w.say(`${frame('b!volts')}##`, 10);
  const curious = function* (): Exchange<string> {
    const bytes = ascii(frame('a?volts'));
    yield {
      do: 'ask',
      what: 'a',
      bytes,
      framing: notes,
      accept: () => 'skip',
      diagnose: (heard) => `${heard.others.join()} ${heard.bytes} bytes, ${heard.noise} of noise`,
    };
    return 'unreachable';
  };
  const fault = await w.outcome(w.bus.run(job('a', { exchange: curious, timing: { attempts: 1 } })));
  expect(fault).toMatchObject({ code: 'timeout', hint: `b!volts ${ASK + 2} bytes, 2 of noise` });
  expect(await w.close()).toBe(true);
});
