import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';

const create = () => createRegistry({ name: 'test', version: '1.0.0' });

describe('the URI of a resource', () => {
  it.each([
    'notes://all of them',
    'notes://grüße',
    'notes://50%',
    'notes://%zz',
    ' notes://all',
    'notes:<all>',
    'a://b"c',
  ])('%j is refused, since RFC 3986 has no such URI', (uri) => {
    expect(() => create().resource(uri, {}, () => 'x')).toThrow('is no URI for a resource. Write an absolute one');
  });

  it.each([
    ...['notes://all', 'notes:all', 'urn:isbn:0451450523', 'file:///a/b.txt', 'https://a.example/b?c=d&e=%20#f'],
    ...["x://user@[::1]:80/a;b=c,d/(e)'f'!*+$~_-"],
  ])('%j is one', (uri) => {
    expect(() => create().resource(uri, {}, () => 'x')).not.toThrow();
  });
});

describe('a template of resources', () => {
  it.each(['notes://all of them/{id}', 'notes://grüße/{id}', 'notes://%zz/{id}', 'notes://{id}/50%'])(
    '%j is refused, since it makes no URIs',
    (template) => {
      const register = () => create().resourceTemplate(template, {}, () => 'x');
      expect(register).toThrow('write spaces and what is beyond ASCII percent-encoded');
    },
  );
});
