import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { LINK_FORMS, openLink, parseLink } from '../../src/node/parse-link.ts';

test.each([
  ['/dev/ttyUSB0', { kind: 'serial', path: '/dev/ttyUSB0', driver: 'auto' }],
  ['COM4', { kind: 'serial', path: 'COM4', driver: 'auto' }],
  ['com12', { kind: 'serial', path: 'com12', driver: 'auto' }],
  ['\\\\.\\COM12', { kind: 'serial', path: '\\\\.\\COM12', driver: 'auto' }],
  ['/dev/ttyUSB0?baud=300', { kind: 'serial', path: '/dev/ttyUSB0', driver: 'auto', baud: 300 }],
  [
    'serial:/dev/serial/by-id/usb-FTDI-if00?baud=9600&format=7e1&driver=stty',
    { kind: 'serial', path: '/dev/serial/by-id/usb-FTDI-if00', driver: 'stty', baud: 9600, format: '7E1' },
  ],
  ['serial:///dev/ttyUSB0', { kind: 'serial', path: '/dev/ttyUSB0', driver: 'auto' }],
  ['serial:COM4', { kind: 'serial', path: 'COM4', driver: 'auto' }],
  ['tcp://192.168.2.22:9999', { kind: 'tcp', host: '192.168.2.22', port: 9999 }],
  [' TCP://converter.local:1/ ', { kind: 'tcp', host: 'converter.local', port: 1 }],
  ['tcp://[fd00::1]:65535?format=auto', { kind: 'tcp', host: 'fd00::1', port: 65535, format: 'auto' }],
  ['tcp://[fe80::1%eth0]:9999', { kind: 'tcp', host: 'fe80::1%eth0', port: 9999 }],
  [
    'tcp://h:9?format=7E1&latency=500&gap=0',
    { kind: 'tcp', host: 'h', port: 9, format: '7E1', latency: 500, gap: 0 },
  ],
  ['tcp-listen://18899', { kind: 'tcp-listen', port: 18899, allow: [] }],
  ['tcp-listen://:0', { kind: 'tcp-listen', port: 0, allow: [] }],
  ['tcp-listen://[::]:18899', { kind: 'tcp-listen', bind: '::', port: 18899, allow: [] }],
  [
    'tcp-listen://0.0.0.0:18899?match=imei%3A12&allow=10.0.0.0/8,192.168.2.30&format=8N1',
    {
      kind: 'tcp-listen',
      bind: '0.0.0.0',
      port: 18899,
      match: 'imei:12',
      allow: ['10.0.0.0/8', '192.168.2.30'],
      format: '8N1',
    },
  ],
  ['tcp-listen://18899?match=a=b%26c', { kind: 'tcp-listen', port: 18899, allow: [], match: 'a=b&c' }],
  [
    'rfc2217://h:2217?baud=300&format=7E1',
    { kind: 'rfc2217', host: 'h', port: 2217, baud: 300, format: '7E1' },
  ],
  ['rfc2217-listen://127.0.0.1:2217', { kind: 'rfc2217-listen', bind: '127.0.0.1', port: 2217 }],
  ['replay:captures/kg.cap', { kind: 'replay', path: 'captures/kg.cap', speed: 1, loop: false }],
  ['replay:/a b%20c.cap?speed=max', { kind: 'replay', path: '/a b%20c.cap', speed: 'max', loop: false }],
  ['replay:x.cap?speed=2.5&loop=1', { kind: 'replay', path: 'x.cap', speed: 2.5, loop: true }],
  ['pty:/tmp/ttyV0', { kind: 'pty', path: '/tmp/ttyV0' }],
])('%s', (text, address) => {
  expect(parseLink(text)).toEqual(address);
});

/** Link, column of the complaint, what it says, and what its hint says. */
test.each([
  ['', 1, 'the link is empty', 'links look like'],
  ['ttyUSB0', 1, "did you mean '/dev/ttyUSB0'", 'links look like'],
  ['serial:ttyUSB0', 8, "did you mean '/dev/ttyUSB0'", 'path from /'],
  ['serial://dev/ttyUSB0', 10, "did you mean '/dev/ttyUSB0'", 'path from /'],
  ['192.168.2.22:9999', 1, "did you mean 'tcp://192.168.2.22:9999'", 'links look like'],
  ['converter:9999', 1, "did you mean 'tcp://converter:9999'", 'links look like'],
  ['tpc://h:1', 1, "unknown kind of link 'tpc'; did you mean 'tcp'?", 'links look like'],
  ['http://h:1', 1, "unknown kind of link 'http'", 'links look like'],
  ['what is this', 1, 'neither a port nor an address', 'links look like'],
  ['tcp:h:1', 5, "'//' is missing", 'tcp://'],
  ['tcp://h', 8, 'the port is missing', 'h:9999'],
  ['tcp://h:', 8, 'the port is missing', 'h:9999'],
  ['tcp://:9999', 7, 'the host is missing', 'host and port'],
  ['tcp://h:0', 9, "bad port '0'", '1 to 65535'],
  ['tcp://h:65536', 9, "bad port '65536'", '1 to 65535'],
  ['tcp://h:99x', 9, "bad port '99x'", '1 to 65535'],
  ['tcp://h:1/path', 7, 'is not host:port', 'host and port'],
  ['tcp://fd00::1:99', 7, 'is not host:port', 'in brackets'],
  ['tcp://[fd00::z]:99', 8, "'fd00::z' is not an IPv6 address", 'IPv6'],
  ['tcp://192.168.2.300:99', 7, "'192.168.2.300' is not an IPv4 address", '0 to 255'],
  ['tcp://a b:99', 7, "'a b' is not a host name", 'letters'],
  ['tcp://me:secret@h:99', 7, 'no user name or password', '@'],
  ['tcp://h:99?baud=9600', 12, "tcp has no option 'baud'", 'format, latency, gap'],
  ['tcp://h:99?formt=7E1', 12, "did you mean 'format'?", 'format, latency, gap'],
  ['tcp://h:99?format=7E1&', 23, 'an option is missing here', 'format'],
  ['tcp://h:99?', 12, 'an option is missing here', 'format'],
  [
    'tcp://h:99?format=7O1',
    19,
    "'7O1' is not one of 8N1, 8E1, 7E1, 8N2, auto; did you mean",
    'options of tcp',
  ],
  ['tcp://h:99?format', 18, "'format' has no value", 'format=...'],
  ['tcp://h:99?gap=1&gap=2', 18, "'gap' is written twice", 'once'],
  ['tcp://h:99?gap=1s', 16, "'1s' is not a whole number from 0 to 60000 (ms)", 'options'],
  ['tcp://h:99?gap=%zz', 16, 'not followed by two hex digits', '%25'],
  ['/dev/ttyUSB0?baud=49', 19, "bad baud rate '49'", 'options of serial'],
  ['/dev/ttyUSB0?format=auto', 21, "'auto' is not one of", 'options of serial'],
  ['/dev/ttyUSB0?driver=nativ', 21, "did you mean 'native'?", 'options of serial'],
  ['tcp-listen://18899?match=192.168.2.300', 26, 'neither an IP address nor a range', 'options'],
  ['tcp-listen://18899?allow=10.0.0.0/8,x', 26, "'x' is neither an IP address", 'options'],
  ['tcp-listen://99999', 14, "bad port '99999'", '0 to 65535'],
  ['rfc2217-listen://1?x=1', 20, "no option 'x'", 'has no options'],
  ['replay:', 8, 'the path is missing', 'file.cap'],
  ['replay:x?speed=0', 16, "'0' is not a speed", 'options'],
  ['replay:x?loop=yes', 15, "'yes' is neither 1", 'options'],
  ['pty:/x?__proto__=1', 8, "no option '__proto__'", 'no options'],
])('%s is wrong at column %i', (text, column, says, hints) => {
  let thrown: unknown;
  try {
    parseLink(text);
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof Fault)) throw new Error(`accepted, or not a fault: ${String(thrown)}`);
  expect(thrown.code).toBe('config');
  expect(thrown.message).toContain(`link '${text}', column ${column}: `);
  expect(thrown.message).toContain(says);
  expect(thrown.hint).toContain(hints);
});

test('whatever is typed, the outcome is an address or a config fault', () => {
  const piece = fc.constantFrom(
    'tcp',
    '://',
    'serial:',
    '/dev/x',
    '?',
    '&',
    '=',
    '%',
    '[',
    ']',
    ':',
    '9999',
    'format',
    '7E1',
    '@',
  );
  const typed = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(piece, fc.string({ maxLength: 3 }))).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      try {
        expect(Object.keys(LINK_FORMS)).toContain(parseLink(text).kind);
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'Fault', code: 'config' });
      }
    }),
  );
});

test('every example form is a link, keeps its text as its name, and opens nothing by itself', () => {
  for (const form of Object.values(LINK_FORMS)) {
    for (const example of form.split(/, | or /)) expect(openLink(` ${example} `).name).toBe(example);
  }
});

test('links over a network allow for its delays, and may be helped by a new connection; local ones are not', () => {
  expect(openLink('tcp://h:1')).toMatchObject({ latency: 100, gap: 300, renewable: true });
  expect(openLink('tcp-listen://1?latency=900&gap=1000')).toMatchObject({
    latency: 900,
    gap: 1000,
    renewable: true,
  });
  expect(openLink('rfc2217://h:1')).toMatchObject({ latency: 100, gap: 300, renewable: true });
  expect(openLink('/dev/ttyUSB0')).toMatchObject({ latency: 0, gap: 0, renewable: false });
});
