import { describe, expect, it } from 'vitest';
import { openBus } from '../core/bus/bus.ts';
import { memoryLine } from '../core/memory-link.ts';
import { place } from '../core/read.ts';
import type { SiteEvent } from '../core/site/index.ts';
import { virtualClock } from '../core/virtual-clock.ts';
import kg from '../devices/juntek/kg.ts';
import { site } from '../simulator/index.ts';
import { writeDesk } from './write-desk.ts';

/** A simulated shunt of which only the relay may be written. */
function world(allowed: readonly string[] = ['output']) {
  const clock = virtualClock();
  const line = memoryLine(clock, { line: kg.line });
  const simulated = site({ clock, devices: [{ device: kg }], seed: 1 });
  const served = simulated.serve(line.far);
  const bus = openBus(line.link, kg.line, clock, { random: () => 0.5 });
  const events: SiteEvent[] = [];
  const at = place(bus, kg);
  let permitted = allowed;
  const desk = writeDesk({
    clock,
    find: (member) => (member === 'shunt' ? { place: at, allowed: permitted } : undefined),
    record: (event) => events.push(event),
  });
  const close = async (): Promise<void> => {
    simulated.stop();
    await line.far.close();
    await clock.run(Promise.all([bus.close(), served]));
  };
  return { clock, desk, events, close, forbid: () => (permitted = []) };
}

describe('a write', () => {
  it('shows the frame of the manual, waits for a yes, is read back and written down', async () => {
    const { clock, desk, events, close } = world();
    const proposal = desk.propose('shunt', 'output', 'off', 'somebody');
    // KG-F manual, instruction 10: `:W10=1,2,1,` closes the output and `:W10=1,0,0,` opens it; sums are skipped by 0.
    expect(proposal).toMatchObject({
      field: 'output',
      risk: 'high',
      frame: expect.stringContaining(':W10=1,0,0,') as string,
    });
    const report = await clock.run(desk.confirm(proposal.token, 'somebody'));
    expect(report).toMatchObject({ outcome: 'confirmed', after: { 'measured.output': 'off' } });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      kind: 'write',
      member: 'shunt',
      severity: 'info',
      detail: { by: 'somebody', requested: 'off', outcome: 'confirmed' },
    });
    await close();
  });

  it('is confirmed once, and by its own token only', async () => {
    const { clock, desk, close } = world();
    const { token } = desk.propose('shunt', 'output', 'off', 'x');
    await expect(desk.confirm('', 'x')).rejects.toMatchObject({ code: 'refused' });
    await expect(desk.confirm(token.slice(0, -1), 'x')).rejects.toMatchObject({ code: 'refused' });
    await clock.run(desk.confirm(token, 'x'));
    await expect(desk.confirm(token, 'x')).rejects.toMatchObject({ code: 'refused' });
    await close();
  });

  it('is forgotten after two minutes, and when the permission was withdrawn', async () => {
    const { clock, desk, close, forbid } = world();
    const old = desk.propose('shunt', 'output', 'off', 'x');
    await clock.advance(120_001);
    await expect(desk.confirm(old.token, 'x')).rejects.toThrow(/too old/);
    const next = desk.propose('shunt', 'output', 'off', 'x');
    forbid();
    await expect(desk.confirm(next.token, 'x')).rejects.toThrow(/not allowed any more/);
    await close();
  });

  it.each([
    ['output', 'maybe', 'config', /expected on or off|expected off or on/],
    ['over_voltage_protection', '60', 'refused', /not allowed/],
    ['outptu', 'on', 'config', /did you mean 'output'/],
  ])('of %s=%s is refused, and that is written down', async (field, value, code, text) => {
    const { desk, events, close } = world();
    expect(() => desk.propose('shunt', field, value, 'x')).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(text) as string }),
    );
    expect(events).toMatchObject([{ kind: 'write', severity: 'warning', detail: { outcome: code } }]);
    await close();
  });

  it('of a device that is not there says so', async () => {
    const { desk, close } = world();
    expect(() => desk.propose('rack', 'output', 'on', 'x')).toThrow(/no device 'rack'/);
    await close();
  });

  it('from afar is refused when it is old: the network kept it', async () => {
    const { clock, desk, events, close } = world();
    const late = desk.command({
      member: 'shunt',
      field: 'output',
      value: 'off',
      by: 'mqtt',
      at: clock.date() - 31_000,
    });
    await expect(late).rejects.toThrow('the command is 31 s old');
    expect(events).toMatchObject([{ detail: { outcome: 'refused' } }]);
    const report = await clock.run(
      desk.command({ member: 'shunt', field: 'output', value: 'off', by: 'mqtt', at: clock.date() - 29_000 }),
    );
    expect(report.outcome).toBe('confirmed');
    await close();
  });

  it('is done at most ten times a minute', async () => {
    const { clock, desk, close } = world();
    const write = (): Promise<unknown> =>
      clock.run(desk.command({ member: 'shunt', field: 'output', value: 'off', by: 'mqtt' }));
    for (let count = 0; count < 10; count++) await write();
    await expect(write()).rejects.toThrow(/10 times within a minute/);
    await clock.advance(60_000);
    await write();
    await close();
  });
});
