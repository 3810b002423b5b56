import { expect, test } from 'vitest';
import { nameDevice } from './unique-id.ts';

const nobody = () => false;
const shunt = { name: 'shunt', make: { id: 'acme-1', title: '', vendor: '', models: [], protocol: '' } };

test('a serial number names a device wherever it is, under whatever name', () => {
  const named = nameDevice('home', shunt, 'AB-123456', undefined, nobody);
  expect(named).toEqual({ uid: 'busbar_acme_1_ab_123456', serial: 'AB-123456' });
  expect(nameDevice('cabin', { ...shunt, name: 'other' }, 'AB-123456', undefined, nobody).uid).toBe(
    named.uid,
  );
});

test.each([
  ['no serial number', undefined],
  ['a short one, which is hardly unique', '6'],
  ['nothing but zeros', '00000000'],
])('%s: its name on the site', (_, serial) => {
  expect(nameDevice('home', shunt, serial, undefined, nobody).uid).toBe('busbar_home_shunt');
});

test('two of the same serial number on a site are told apart', () => {
  const taken = (uid: string) => uid === 'busbar_acme_1_ab_123456';
  expect(nameDevice('home', shunt, 'AB-123456', undefined, taken).uid).toBe('busbar_home_shunt');
});

test('an id once given stays, until the serial number tells of another device', () => {
  const late = { uid: 'busbar_home_shunt' };
  expect(nameDevice('home', shunt, 'AB-123456', late, nobody)).toBe(late);
  const named = { uid: 'busbar_acme_1_ab_123456', serial: 'AB-123456' };
  expect(nameDevice('home', shunt, undefined, named, nobody)).toBe(named);
  expect(nameDevice('home', shunt, 'AB-999999', named, nobody).uid).toBe('busbar_acme_1_ab_999999');
});
