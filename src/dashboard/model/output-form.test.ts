import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import schema from '../../../schema/busbar.schema.json' with { type: 'json' };
import { outputForms, outputsYaml } from './output-form.ts';

describe('outputs as the schema describes them', () => {
  const forms = outputForms(schema);

  it('offers every kind that the schema knows', () => {
    expect(forms.map(({ name }) => name)).toEqual(Object.keys(schema.definitions));
  });

  it('asks for what is required', () => {
    for (const { name, settings } of forms) {
      const definition = Object.entries(schema.definitions).find(([key]) => key === name)?.[1];
      const wanted: readonly string[] =
        definition !== undefined && 'required' in definition ? definition.required : [];
      const asked = settings.filter(({ required }) => required).map((setting) => setting.name);
      expect(asked.sort(), name).toEqual([...wanted].sort());
    }
  });

  it('writes numbers, words, flags and lists as YAML understands them', () => {
    const text = outputsYaml(forms, {
      influxdb: { url: 'http://10.0.0.2:8086', version: '2', org: 'home: sweet', token: '' },
      nats: { servers: 'nats://a nats://b' },
      mqtt: { url: 'mqtt://localhost', retain: 'false' },
      prometheus: {},
    });
    expect(parse(text)).toEqual({
      outputs: {
        mqtt: { url: 'mqtt://localhost', retain: false },
        prometheus: {},
        influxdb: { url: 'http://10.0.0.2:8086', version: 2, org: 'home: sweet' },
        nats: { servers: ['nats://a', 'nats://b'] },
      },
    });
    expect(outputsYaml(forms, {})).toBe('');
  });
});
