import { expect, test } from 'vitest';
import { text } from '../../src/core/bytetext.ts';
import { findDevices } from '../../src/core/find.ts';
import { line } from '../../src/core/line.ts';
import { place, poll } from '../../src/core/read.ts';
import { virtualClock } from '../../src/core/virtual-clock.ts';
import { carryOut, planWrite } from '../../src/core/write.ts';
import pylontech from '../../src/devices/pylontech/pylontech.ts';
import { rack } from './rack.ts';

test('the frames are those of the manual', () => {
  // Chapter 4.10: 53.0 V, 45.0 V, 25.0 A, -25.0 A. Chapter 4.11.
  const limits = planWrite(pylontech, 2, 'management_limits=53.0,45.0,25.0,-25.0');
  expect(text(limits.frame)).toBe('~20024694D01202CF08AFC800FAFF06F960\\r');
  expect(text(planWrite(pylontech, 2, 'turn_off=now').frame)).toBe('~20024695E00202FD2B\\r');
  expect(pylontech.writables.every((writable) => writable.risk === 'high' && !writable.broadcast)).toBe(true);
  expect(() => planWrite(pylontech, 2, 'management_limits=53')).toThrow('expected charge volts');
});

test('limits are set and read back, and fall back after ten seconds', async () => {
  const clock = virtualClock();
  const { bus, stations, close } = rack(clock, [[2, { packs: '1', writes: 'obey' }]]);
  const of = place(bus, pylontech);
  const report = await clock.run(
    carryOut(of, planWrite(pylontech, 2, 'management_limits=52.0,46.0,10.0,-20.0')),
  );
  expect(report).toMatchObject({
    outcome: 'confirmed',
    before: { 'management.charge_voltage_limit': 53.25, 'management.discharge_voltage_limit': 47 },
    after: { 'management.charge_voltage_limit': 52, 'management.discharge_voltage_limit': 46 },
  });
  const [station] = stations;
  const world = { voltage: 49.5, current: 0, temperature: 20, date: 0 };
  station?.tick(9, world);
  expect(station?.readings().management).toMatchObject({
    charge_voltage_limit: 52,
    charge_current_limit: 10,
  });
  station?.tick(2, world);
  expect(station?.readings().management).toMatchObject({
    charge_voltage_limit: 53.25,
    charge_current_limit: 25,
  });
  await clock.run(close());
});

test('packs that are not told to obey refuse', async () => {
  const clock = virtualClock();
  const { bus, close } = rack(clock, [[2, { packs: '1' }]]);
  const plan = planWrite(pylontech, 2, 'turn_off=now');
  await expect(clock.run(carryOut(place(bus, pylontech), plan))).rejects.toMatchObject({ code: 'refused' });
  await clock.run(close());
});

test('neither reading nor searching ever sends them', async () => {
  const clock = virtualClock();
  const asked = new Set<string>();
  const { bus, close } = rack(clock, [[2, { packs: '3' }]], line(115200), (bytes) => {
    asked.add(text(bytes).slice(7, 9));
    return true;
  });
  await clock.run(poll(place(bus, pylontech), pylontech.groups));
  await clock.run(findDevices(bus, pylontech));
  expect([...asked].sort()).toEqual(['42', '44', '47', '4F', '51', '92', '93', '96']);
  await clock.run(close());
});
