import { describe, expect, it } from 'vitest';
import { answer, BEGIN, testApi } from '../../../../test/http/gateway.ts';

describe('the past', () => {
  it('comes in columns; what a span does not know is null', async () => {
    const { ask, stored } = testApi();
    const { body } = await answer(
      ask('/api/history?series=shunt.measured.voltage&series=rack.analog.packs.2.soc&from=-1h&points=300'),
    );
    // One hour before 2026-11-21T00:00Z.
    expect(stored.asked.history).toEqual([
      {
        series: [
          { member: 'shunt', group: 'measured', path: 'voltage' },
          { member: 'rack', group: 'analog', path: 'packs.2.soc' },
        ],
        from: BEGIN - 3_600_000,
        to: BEGIN,
        points: 300,
      },
    ]);
    expect(body).toEqual({
      from: BEGIN - 3_600_000,
      to: BEGIN,
      series: [
        {
          series: 'shunt.measured.voltage',
          member: 'shunt',
          group: 'measured',
          path: 'voltage',
          title: 'Voltage',
          quantity: 'voltage',
          unit: 'V',
          kind: 'measurement',
          level: 'minute',
          step: 60_000,
          spacing: 60_000,
          time: [BEGIN - 120_000, BEGIN - 60_000],
          count: [60, 1],
          last: [12.6, 12.7],
          min: [12, null],
          mean: [12.5, null],
          max: [13, null],
        },
      ],
    });
  });

  it('is bounded also where a level is named', async () => {
    const { ask, stored } = testApi();
    await ask(
      '/api/history?series=shunt.measured.voltage&level=raw&from=2026-01-01&to=2026-01-02T00:00%2B01:00',
    );
    expect(stored.asked.history[0]).toMatchObject({
      level: 'raw',
      points: 5_000,
      from: Date.UTC(2026, 0, 1),
      to: Date.UTC(2026, 0, 1, 23),
    });
  });

  it.each([
    ['series=shunt', 'query.series', "'shunt' is no series"],
    ['', 'query.series', 'Invalid input'],
    ['series=a.b.c&from=yesterday', 'query.from', "'yesterday' is no time"],
    ['series=a.b.c&from=2026-11-21T10:00', 'query.from', "'2026-11-21T10:00' is no time"],
    ['series=a.b.c&from=-1h&to=-2h', 'query.from', 'from is not before to'],
    ['series=a.b.c&points=1', 'query.points', 'Too small: expected number to be >=2'],
    ['series=a.b.c&points=many', 'query.points', 'Invalid input: expected number, received NaN'],
    ['series=a.b.c&level=week', 'query.level', 'Invalid option'],
    ['series=a.b.c&point=5', 'query.point', "'point' is not known here"],
  ])('refuses %s', async (query, where, message) => {
    const { status, body } = await answer(testApi().ask(`/api/history?${query}`));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'request',
      where,
      message: expect.stringContaining(message) as string,
    });
  });

  it('lists its series', async () => {
    expect((await answer(testApi().ask('/api/series'))).body).toEqual([
      {
        series: 'shunt.measured.voltage',
        member: 'shunt',
        group: 'measured',
        path: 'voltage',
        title: 'Voltage',
        quantity: 'voltage',
        unit: 'V',
        kind: 'measurement',
        oldest: BEGIN - 3_600_000,
        newest: BEGIN,
      },
    ]);
  });

  it('pages events backwards', async () => {
    const { ask, stored } = testApi();
    const first = await answer(ask('/api/events?limit=1&kind=write&kind=loss&member=shunt'));
    expect(first.body).toMatchObject({ events: [{ sequence: 7, kind: 'alarm_raised' }], next: 7 });
    expect(stored.asked.events[0]).toEqual({ limit: 1, member: 'shunt', kinds: ['write', 'loss'] });
    const last = await answer(ask('/api/events?before=7'));
    expect(last.body).toMatchObject({ events: [{ sequence: 3 }] });
    expect(last.body).not.toHaveProperty('next');
    expect((await ask('/api/events?kind=murder')).status).toBe(400);
  });
});
