import { describe, expect, test } from 'vitest';
import { ascii } from '../src/core/bytetext.ts';
import kg from '../src/devices/juntek/kg.ts';
import kh from '../src/devices/juntek/kh.ts';
import { answerBy, faultOf, isTrue, misheard, rig, wired } from './juntek/rig.ts';

/**
 * What owners of these meters meet on their lines. Every case ends in the right reading, or in a fault whose words
 * tell a person what to do; never in a wrong reading, and never in waiting for ever.
 */

/** KG140F, juntek_kg README. */
const R50 = ':r50=1,220,5366,5410,416983,289634,1427701,88851,128,0,0,1,3,4277,';
const R51 = ':r51=1,12,0,0,0,0,0,100,0,0,4200,100,100,100,0,0,1,';
const RIGHT = { voltage: 53.66, current: 54.1, remaining_capacity: 416.983, time_remaining: 3 };

describe('wrong baud rate', () => {
  test('the meter hears garbage and stays silent: powered, plug, wires, address', async () => {
    const on = wired();
    const station = kg.station({ address: 1, random: () => 0 });
    void (async () => {
      for await (const bytes of on.wire.far.incoming) {
        for (const said of station.hear(misheard(bytes, 9600, 115200))) {
          await on.wire.far.write(misheard(said.bytes, 115200, 9600));
        }
      }
    })();
    const fault = faultOf(await on.read(['measured']));
    expect(fault.code).toBe('timeout');
    expect(fault.message).toMatch(/no answer to ":R50=1,2,1,\\r\\n" within 500 ms; the line stayed silent/);
    expect(fault.hint).toMatch(/powered.*LINK.*A and B.*address 1 \(P01/s);
  });

  test('a display and its answers are heard as garbage: the baud rate is named', async () => {
    const on = wired();
    const garbage = misheard(ascii(`:R50=1,\n${R50}\r\n`), 115200, 9600);
    expect(garbage.length).toBeGreaterThan(3);
    void (async () => {
      for await (const bytes of on.wire.far.incoming) if (bytes.length > 0) await on.wire.far.write(garbage);
    })();
    const fault = faultOf(await on.read(['measured']));
    expect(['timeout', 'format']).toContain(fault.code);
    expect(fault.hint).toMatch(/baud rate is wrong \(the meter speaks 115200 8N1\), A and B are swapped/);
    expect(fault.evidence?.receivedBytes).toBeGreaterThan(3);
  });
});

describe('wrong address', () => {
  test('nobody is there: the address is asked about, and how to search', async () => {
    const on = rig([{ device: kg, address: 5 }]);
    const fault = faultOf(await on.read(['measured'], { address: 1 }));
    expect(fault.code).toBe('timeout');
    expect(fault.hint).toMatch(/is its address 1 \(P01 on a display; --address find looks for it\)\?/);
  });

  test('a display polls the meter at 5 beside us: 5 is named', async () => {
    const on = rig([{ device: kg, address: 5, masters: [['display', 2]] }]);
    await on.clock.advance(2000);
    const fault = faultOf(await on.read(['measured'], { address: 1 }));
    expect(fault.code).toBe('timeout');
    expect(fault.hint).toBe('a meter at address 5 is heard, 1 was asked: try --address 5');
  });
});

describe('a display unit polls twice a second while we poll too', () => {
  test.each([
    ['display', kg],
    ['display-old', kg],
    ['display', kh],
  ] as const)('%s beside a %o: 60 s, every reading right', async (name, device) => {
    const on = rig([{ device, masters: [[name, 2]] }]);
    let right = 0;
    const { groups } = await on.read(['configured']);
    for (let second = 0; second < 60; second++) {
      const reading = await on.read(['measured'], {}, groups);
      if (reading.groups.measured === undefined) continue;
      expect(isTrue(reading, 'measured', on.past)).toBe(true);
      right++;
      await on.clock.advance(1000 - (on.clock.now() % 1000) + (second % 10) * 37);
    }
    expect(right).toBe(60);
  });
});

describe('a line cut in the middle of a number', () => {
  const cutAt = R50.indexOf('416') + 3;

  test('and the rest 15 ms later: the right reading, from one request', async () => {
    const on = wired();
    const { requests } = answerBy(on, () => [
      [10, R50.slice(0, cutAt)],
      [15, `${R50.slice(cutAt)}\r\n`],
    ]);
    expect((await on.read(['measured'])).groups.measured).toMatchObject(RIGHT);
    expect(requests).toHaveLength(1);
  });

  test('and the rest much later: asked again, the right reading', async () => {
    const on = wired();
    const { requests } = answerBy(on, (nth) =>
      nth === 1
        ? [
            [10, R50.slice(0, cutAt)],
            [200, `${R50.slice(cutAt)}\r\n`],
          ]
        : [[10, `${R50}\r\n`]],
    );
    expect((await on.read(['measured'])).groups.measured).toMatchObject(RIGHT);
    expect(requests).toHaveLength(2);
  });

  test('and the rest never: a timeout that shows what came', async () => {
    const on = wired();
    answerBy(on, () => [[10, R50.slice(0, cutAt)]]);
    const fault = faultOf(await on.read(['measured']));
    expect(fault.code).toBe('timeout');
    expect(fault.message).toMatch(/24 bytes came, no whole frame among them: ":r50=1,220,5366,5410,416"/);
    expect(fault.hint).toMatch(/a converter cuts lines/);
  });
});

describe('two lines glued', () => {
  test.each([
    ['a display request and the answer, in one chunk', `:R50=1,\n${R50}\r\n`],
    ['without the line end between them', `:R51=1,${R50}\r\n`],
    ['a torn answer and a whole one', `${R50.slice(0, 30)}${R50}\r\n`],
    ['two answers without a line end between', `${R51}${R50}\r\n`],
    ['our own echo and the answer', `:R50=1,2,1,\r\n${R50}\r\n`],
  ])('%s: the right reading', async (_, line) => {
    const on = wired();
    answerBy(on, () => [[10, line]]);
    expect((await on.read(['measured'])).groups.measured).toMatchObject(RIGHT);
  });

  test('line ends are never sent: a fault that shows the line', async () => {
    const on = rig([{ device: kg, faults: [['no-line-end', 1]] }]);
    const fault = faultOf(await on.read(['measured']));
    expect(fault.code).toBe('timeout');
    expect(fault.message).toMatch(/no whole frame among them: ":r50=1,\d+,/);
  });
});

describe('check sum 0, "not verified"', () => {
  test('asked again, the meter says the same: the right reading', async () => {
    const on = rig([{ device: kg, faults: [['zero-sum', 1]] }]);
    const reading = await on.read(['measured']);
    expect(reading.groups.measured).toMatchObject({ voltage: on.past[0]?.measured?.voltage });
  });

  test('a proven answer to the second question wins over a damaged first one', async () => {
    const on = wired();
    const damaged = R50.replace(',220,5366', ',0,9366');
    const { requests } = answerBy(on, (nth) => [[10, `${nth === 1 ? damaged : R50}\r\n`]]);
    expect((await on.read(['measured'])).groups.measured).toMatchObject(RIGHT);
    expect(requests).toHaveLength(2);
  });

  test('the same damaged answer once more, which a converter held back, is no second answer', async () => {
    const on = wired();
    const damaged = `${R50.replace(',220,5366', ',0,9366')}\r\n`;
    const { requests } = answerBy(on, (nth) =>
      nth === 1
        ? [
            [10, damaged],
            [60, damaged],
          ]
        : [[10, `${R50}\r\n`]],
    );
    expect((await on.read(['measured'])).groups.measured).toMatchObject(RIGHT);
    expect(requests).toHaveLength(2);
  });

  test('never twice the same: a fault that says why', async () => {
    const on = wired();
    answerBy(on, (nth) => [[10, `${R50.replace(',220,5366', `,0,${5366 + nth}`)}\r\n`]]);
    const fault = faultOf(await on.read(['measured']));
    expect(fault.code).toBe('checksum');
    expect(fault.message).toMatch(
      /4 answers with check sum 0 \(not verified\), and no two in a row say the same/,
    );
    expect(fault.hint).toMatch(/nothing proves them/);
  });
});

describe('a plausible line that is not what it claims', () => {
  test.each([
    ['field-count', /Measurements: time_remaining: the data ends where a number closed by ',' is expected/],
    ['status', /output_code: 57 is not one of 0, 1, 2/],
  ])('%s', async (kind, message) => {
    const on = rig([{ device: kg, faults: [[kind, 1]] }]);
    const fault = faultOf(await on.read(['measured']));
    expect(fault.code).toBe('format');
    expect(fault.message).toMatch(message);
    expect(fault.hint).toMatch(/another model.*'juntek' tells which/);
  });

  test('a KH read as a KG', async () => {
    const on = rig([{ device: kh }]);
    const fault = faultOf(await on.read(['measured'], { device: kg }));
    expect([fault.code, fault.hint]).toEqual(['format', expect.stringContaining('another model')]);
  });

  test('a digit changed under an old check sum', async () => {
    const on = rig([{ device: kg, faults: [['stale-sum', 1]] }]);
    const fault = faultOf(await on.read(['measured']));
    expect(fault.code).toBe('checksum');
    expect(fault.message).toMatch(/check sum \d+, but the values make \d+ in ":r50=1,/);
  });
});

describe('the connection', () => {
  test('a converter gone in mid-line is a link fault at once, and the next reading is right', async () => {
    const on = rig([{ device: kg, faults: [['drop', 1]] }]);
    const began = on.clock.now();
    const fault = faultOf(await on.read(['measured']));
    expect([fault.code, fault.message]).toEqual(['link', 'memory:: the converter went away']);
    expect(on.clock.now() - began).toBeLessThan(200);
    expect(on.wire.connects).toBe(1);
  });

  test('lost and back: a fault that says what is wrong, then right readings', async () => {
    const on = rig();
    expect((await on.read()).faults).toEqual({});
    on.wire.refuse('connection refused');
    on.wire.cut('connection reset by peer');
    const lost = await on.read();
    expect(Object.keys(lost.faults)).toEqual(['info', 'measured', 'configured']);
    expect(faultOf(lost).code).toBe('link');
    expect(faultOf(lost).message).toMatch(/memory:: connection (reset by peer|refused)/);
    await on.clock.advance(5_000);
    expect(faultOf(await on.read()).message).toBe('memory:: connection refused');
    on.wire.refuse(undefined);
    await on.clock.advance(60_000);
    const back = await on.read();
    expect(back.faults).toEqual({});
    expect(isTrue(back, 'measured', on.past)).toBe(true);
  });
});
