import { describe, expect, it } from 'vitest';
import { answer, eventsOf, testApi } from '../../../../test/http/gateway.ts';

describe('a search', () => {
  const hit = {
    link: '/dev/ttyUSB0',
    line: '115200 8N1',
    device: 'juntek-kg',
    title: 'KG',
    protocol: 'juntek',
    address: 1,
  };

  it('tells steps and hits, and ends with a configuration', async () => {
    const { ask } = testApi({
      scan: (wanted, { step, hit: found }) => {
        expect(wanted).toEqual({ links: ['/dev/ttyUSB0'], budget: 5_000 });
        step('address 1', 1, 255);
        found(hit);
        return Promise.resolve({ hits: [hit], yaml: 'site: home\n' });
      },
    });
    const events = eventsOf(await ask('/api/scan', { body: { links: ['/dev/ttyUSB0'], budget: 5 } }));
    expect((await events.next()).data).toEqual({ what: 'step', text: 'address 1', done: 1, total: 255 });
    expect((await events.next()).data).toEqual({ what: 'hit', hit });
    expect((await events.next()).data).toEqual({ what: 'end', hits: [hit], yaml: 'site: home\n' });
  });

  it('goes on one at a time, is cancelled, and tells what went wrong', async () => {
    let cancelled = false;
    const { ask } = testApi({
      scan: (_wanted, _told, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            cancelled = true;
            reject(new Error('cancelled'));
          });
        }),
    });
    const first = eventsOf(await ask('/api/scan', { body: {} }));
    expect(await answer(ask('/api/scan', { body: {} }))).toMatchObject({ status: 409 });
    await first.cancel();
    await expect.poll(() => cancelled).toBe(true);
    expect((await ask('/api/scan', { body: {} })).status).toBe(200);

    const failing = testApi({ scan: () => Promise.reject(new Error('a bug')) });
    const events = eventsOf(await failing.ask('/api/scan', { body: {} }));
    expect((await events.next()).data).toEqual({ what: 'error', code: 'internal', message: 'this failed' });
    expect(failing.log.join()).toContain('a bug');
  });

  it('knows the serial ports, and who uses them', async () => {
    const { ask, now } = testApi({
      ports: () =>
        Promise.resolve([
          { path: '/dev/ttyUSB0', byId: '/dev/serial/by-id/usb-FTDI', allowed: true },
          { path: '/dev/ttyUSB1', allowed: false, group: 'uucp' },
        ]),
    });
    now.line = { link: 'serial:/dev/serial/by-id/usb-FTDI?baud=9600' };
    expect((await answer(ask('/api/ports'))).body).toEqual([
      { path: '/dev/ttyUSB0', by_id: '/dev/serial/by-id/usb-FTDI', allowed: true, used_by: 'shed' },
      {
        path: '/dev/ttyUSB1',
        allowed: false,
        hint: 'no permission; sudo usermod -aG uucp $USER, then log in again',
      },
    ]);
  });
});
