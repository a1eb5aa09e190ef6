import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../../lib/registry/schemas/schema-compiler.js';

const position = { owner: 'tool "x" outputSchema', direction: 'output' } as const;

async function isValid(schema: object, value: unknown, checksFormats = true): Promise<boolean> {
  return (await new SchemaCompiler({ checksFormats }).compile(schema, position).validate(value)).valid;
}

const long = 'a'.repeat(64);

/** Texts of RFC 3339, 5321, 1123, 2673, 4291, 3986 and 9562, and texts that look like them. */
const cases: Readonly<Record<string, { readonly valid: readonly string[]; readonly invalid: readonly string[] }>> = {
  date: {
    valid: ['2024-02-29', '2000-02-29', '2023-02-28', '2023-12-31', '2023-04-30'],
    invalid: ['2023-02-29', '1900-02-29', '2023-04-31', '2023-13-01', '2023-00-10', '2023-01-00', '2023-1-1', 'x'],
  },
  time: {
    valid: ['00:00:00Z', '23:59:59z', '12:30:00.5+02:00', '23:59:60Z', '00:29:60+00:30', '18:59:60-05:00'],
    invalid: [
      '24:00:00Z',
      '12:60:00Z',
      '12:00:61Z',
      '12:00:60Z',
      '12:00:00',
      '12:00:00+24:00',
      '12:00:00+00:60',
      '1:2:3Z',
    ],
  },
  'date-time': {
    valid: ['2026-07-28T12:00:00Z', '2026-07-28t12:00:00.123-07:00'],
    invalid: [
      '2026-07-28 12:00:00Z',
      '2026-07-28',
      '2026-02-30T12:00:00Z',
      '2026-07-28T25:00:00Z',
      `2026-07-28T${long}`,
    ],
  },
  email: {
    valid: ['ada@example.com', 'a.b+c@sub.example.com', "o'neil@example.com"],
    invalid: [
      'ada',
      '@example.com',
      'a..b@example.com',
      'ada@-example.com',
      'ada@exa mple.com',
      `${'a'.repeat(321)}@b.c`,
    ],
  },
  hostname: {
    valid: ['localhost', 'a-b.example.com', '1and1.example'],
    invalid: ['', '-a.example', 'a-.example', 'a..b', `${long}.example`, `${'a.'.repeat(127)}ab`, 'a_b.example'],
  },
  ipv4: {
    valid: ['127.0.0.1', '255.255.255.255'],
    invalid: ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.a', '1234.1234.1234.1234'],
  },
  ipv6: {
    valid: ['::1', '2001:db8::ff00:42:8329', '::ffff:192.0.2.1'],
    invalid: ['::g', ':::1', '1:2:3:4:5:6:7:8:9', '1.2.3.4', `${'0'.repeat(46)}::1`],
  },
  uri: {
    valid: ['https://example.com/a?b=c#d', 'urn:uuid:1', 'mailto:ada@example.com', 'notes://a%20b'],
    invalid: ['/relative', 'no scheme', 'https://exa mple.com', 'https://example.com/%zz', '1http://example.com'],
  },
  'uri-reference': {
    valid: ['/relative?x=1#y', '../up', '', 'https://example.com'],
    invalid: ['a b', '/%2', 'http://[1'],
  },
  uuid: {
    valid: ['123e4567-e89b-12d3-a456-426614174000', '123E4567-E89B-12D3-A456-426614174000'],
    invalid: ['123e4567e89b12d3a456426614174000', '123e4567-e89b-12d3-a456-42661417400g', ''],
  },
};

describe.each(Object.entries(cases))('format %s, where formats decide', (format, { valid, invalid }) => {
  it.each(valid)('accepts %j', async (text) => {
    expect(await isValid({ type: 'string', format }, text)).toBe(true);
  });

  it.each(invalid)('refuses %j', async (text) => {
    expect(await isValid({ type: 'string', format }, text)).toBe(false);
  });

  it('says nothing about what is no text', async () => {
    expect(await isValid({ format }, 7)).toBe(true);
  });
});

describe('a format', () => {
  it('is an annotation where formats do not decide', async () => {
    expect(await isValid({ format: 'date' }, 'x', false)).toBe(true);
  });

  it.each(['duration', 'constructor', 'toString', 'iri'])(
    'stays an annotation that is not checked: %s',
    async (format) => {
      expect(await isValid({ format }, 'x')).toBe(true);
    },
  );
});
