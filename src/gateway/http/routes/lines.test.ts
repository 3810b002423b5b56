import { describe, expect, it } from 'vitest';
import { answer, ANSWER, BEGIN, testApi } from '../../../../test/http/gateway.ts';
import { parseCapture } from '../../../core/capture.ts';

describe('a line', () => {
  it('tells its use and counters in words of the API', async () => {
    const { ask, now } = testApi();
    now.line = { trouble: 'connection refused' };
    expect((await answer(ask('/api/lines'))).body).toMatchObject([
      {
        name: 'shed',
        trouble: 'connection refused',
        counters: { bytes_in: 100, bytes_out: 0, noise_bytes: 0 },
        devices: [{ member: 'shunt', state: 'polling', groups: { measured: { read: 5, failed: 1 } } }],
        health: {
          shunt: {
            answered: 1,
            faults: { timeout: 1 },
            turnaround: { p50: 12, p95: 12 },
            silent_for: 0,
            last_fault: 'no answer',
          },
        },
        raw_port: { listening: '127.0.0.1:7001', passed: 2, refused: 1 },
      },
    ]);
  });

  it('shows what went over it, explained, and gives it as a capture', async () => {
    const { ask, say } = testApi();
    await say('>', new TextEncoder().encode(':R50=1,2,1,\r\n'));
    await say('<', ANSWER);
    const { body } = await answer(ask('/api/lines/shed/frames'));
    expect(body).toMatchObject([
      { number: 1, direction: '>', at: BEGIN, frames: [{ direction: 'request', verdict: 'ok' }] },
      {
        number: 2,
        direction: '<',
        frames: [{ device: 'juntek-kg', verdict: 'ok', values: { voltage: 53.66 } }],
      },
    ]);
    expect((await answer(ask('/api/lines/shed/frames?after=1'))).body).toMatchObject([{ number: 2 }]);
    expect((await answer(ask('/api/lines/shed/frames?limit=1'))).body).toMatchObject([{ number: 2 }]);

    const file = await ask('/api/lines/shed/capture');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="shed-2026-11-21.cap"');
    const { header, entries } = parseCapture(await file.text());
    expect(header).toMatchObject({ device: 'juntek-kg', origin: 'gateway 1.2.3, bus shed' });
    // The second was said when the line had been silent for 50 ms.
    expect(entries).toEqual([
      { at: 0, direction: '>', bytes: new TextEncoder().encode(':R50=1,2,1,\r\n') },
      { at: 0.05, direction: '<', bytes: ANSWER },
    ]);
  });

  it.each(['frames', 'frames/live', 'capture'])('that is not there has no %s', async (what) => {
    expect(await answer(testApi().ask(`/api/lines/attic/${what}`))).toMatchObject({
      status: 404,
      body: { code: 'not_found', hint: 'there are shed' },
    });
  });

  it('is read over, and prints what busbar read prints', async () => {
    const { ask, done } = testApi();
    expect(
      await answer(ask('/api/read', { body: { member: 'shunt', groups: ['measured', 'info'] } })),
    ).toEqual({
      status: 200,
      body: {
        device: { id: 'juntek-kg', address: 1 },
        at: '2026-11-21T00:00:00.000Z',
        measured: { voltage: 12.6, current: -5.1 },
        faults: { info: { code: 'timeout', message: 'no answer within 500 ms' } },
      },
    });
    expect(done).toEqual(['read shunt measured,info']);
    expect(await answer(ask('/api/read', { body: { member: 'shunt', groups: ['mesured'] } }))).toMatchObject({
      status: 400,
      body: { code: 'config', hint: 'it has info, measured, configured' },
    });
    expect((await ask('/api/read', { body: { member: 'home' } })).status).toBe(409);
    expect((await ask('/api/read', { body: { member: 'rack' } })).status).toBe(404);
  });
});
