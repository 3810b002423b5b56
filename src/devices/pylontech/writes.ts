import { fourLimits, nothing, type WriteDefinition } from '../../protocols/pylontech/index.ts';

/** 94h and 95h (RS485 protocol V3.3, chapters 4.10 and 4.11): neither is ever sent by reading or searching. */
export const writes: Readonly<Record<string, WriteDefinition>> = {
  management_limits: {
    command: 0x94,
    title: 'Limits of the management',
    unit: '',
    accepts: {
      form: 'text',
      says: 'charge volts, discharge volts, charge amperes, discharge amperes (negative)',
      pattern: '\\d{1,2}(\\.\\d{1,3})?,\\d{1,2}(\\.\\d{1,3})?,\\d{1,3}(\\.\\d)?,-\\d{1,3}(\\.\\d)?',
      examples: ['53.0,45.0,25.0,-25.0', '52.5,47,10,-50'],
    },
    remark:
      'The pack forgets them after 10 seconds, and the maker asks not to use this: they replace what protects the cells.',
    body: fourLimits.bytes,
    readback: ['management'],
    expects: fourLimits.expects,
  },
  turn_off: {
    command: 0x95,
    title: 'Turn the pack off',
    unit: '',
    accepts: { form: 'trigger' },
    remark:
      'The pack shuts down at once and has to be switched on by hand. It then no longer answers, so reading back ends in a timeout.',
    body: nothing,
    readback: ['management'],
    expects: () => [],
  },
};
