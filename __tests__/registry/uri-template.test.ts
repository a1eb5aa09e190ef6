import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../lib/index.js';
import { UriTemplate } from '../../lib/registry/uri-template.js';

const match = (template: string, uri: string) => {
  const found = new UriTemplate(template).match(uri);
  return found === undefined ? undefined : { ...found };
};

describe('a URI template', () => {
  it.each([
    ['notes://{id}', 'notes://7', { id: '7' }],
    ['notes://{id}', 'notes://a%20b%2Fc', { id: 'a b/c' }],
    ['notes://{id}.txt', 'notes://a.txt.txt', { id: 'a.txt' }],
    ['notes://{folder}/{id}', 'notes://work/7', { folder: 'work', id: '7' }],
    ['x://{a}-{b}-{c}', 'x://1-2-3-4', { a: '1', b: '2', c: '3-4' }],
    ['x://{a,b}', 'x://1,2', { a: '1', b: '2' }],
    ['file:///{+path}', 'file:///a/b/c.txt?d=e#f', { path: 'a/b/c.txt?d=e#f' }],
    ['file://{/path*}', 'file:///a/b', { path: 'a/b' }],
    ['x:{/a,b}', 'x:/1/2', { a: '1', b: '2' }],
    ['x://y{.ext}', 'x://y.tar', { ext: 'tar' }],
    ['x://y{#part}', 'x://y#one/two', { part: 'one/two' }],
    ['x://y{?a,b}', 'x://y?b=2&a=1', { a: '1', b: '2' }],
    ['x://y{?a,b}', 'x://y?a=', { a: '' }],
    ['x://y{?a,b}', 'x://y', {}],
    ['x://y{?a}{&b}', 'x://y?b=2', { b: '2' }],
    ['x://{a}{?b}', 'x://1?b=%26', { a: '1', b: '&' }],
    ['x://y?lang=en{&b}', 'x://y?lang=en&b=2', { b: '2' }],
    ['x://y?lang=en{&b}', 'x://y?lang=en', {}],
    ['x://y?lang=en&v=1{&b,c}', 'x://y?lang=en&v=1&c=3&b=2', { b: '2', c: '3' }],
    ['x://y?a={a}{&b}', 'x://y?a=1&b=2', { a: '1', b: '2' }],
    ['x://y?a={a}{&b}', 'x://y?a=1', { a: '1' }],
    ['x://{a.b}', 'x://1', { 'a.b': '1' }],
    ['mail://{address}', 'mail://a@b.com', { address: 'a@b.com' }],
    ['book://{title}', 'book://a+b', { title: 'a+b' }],
    ['x://{id}', "x://:,=()'!;*&$", { id: ":,=()'!;*&$" }],
    ['notes://{id}', 'notes://a b', { id: 'a b' }],
    ['notes://{id}', 'notes://ä', { id: 'ä' }],
    ['x://y{?a}', 'x://y?a=1/2?3', { a: '1/2?3' }],
    ['file:///{+path}', 'file:///a/..b/...', { path: 'a/..b/...' }],
  ])('%s matches %s', (template, uri, variables) => {
    expect(match(template, uri)).toEqual(variables);
  });

  it.each([
    ['notes://{id}', 'notes://'],
    ['notes://{id}', 'notes://a/b'],
    ['notes://{id}', 'notes://a?b'],
    ['notes://{id}', 'notes://a\nb'],
    ['file:///{+path}', 'file:///../secret'],
    ['file:///{+path}', 'file:///a/%2e%2E/b'],
    ['file:///{+path}', 'file:///a/..%5Cb'],
    ['x://{id}', 'x://..'],
    ['x://{id}', 'x://a%2F..'],
    ['x://y{?a}', 'x://y?a=../b'],
    ['notes://{id}', 'notes://%'],
    ['notes://{id}', 'notes://%FF'],
    ['notes://{id}', 'NOTES://a'],
    ['notes://{id}.txt', 'notes://.txt'],
    ['notes://{id}.txt', 'notes://a.md'],
    ['x://{a}/{b}', 'x://1'],
    ['x://y{.ext}', 'x://y.tar.gz'],
    ['file://{/path*}', 'file:///a//b'],
    ['x://y{?a}', 'x://y?b=1'],
    ['x://y?lang=en{&b}', 'x://y?lang=de&b=2'],
    ['x://y?lang=en{&b}', 'x://y?lang=en&c=2'],
    ['x://y?lang=en{&b}', 'x://y?lang=en&'],
    ['x://y?lang=en{&b}', 'x://y?b=2&lang=en'],
    ['x://y?lang=en{&b}', 'x://y'],
    ['x://y{?a}', 'x://y?a=1&a=2'],
    ['x://y{?a}', 'x://y?a'],
    ['x://y{?a}', 'x://y?a=%'],
    ['x://y{?a}', 'x://y?'],
    ['x://y{?a}', 'x://z?a=1'],
  ])('%s does not match %s', (template, uri) => {
    expect(match(template, uri)).toBeUndefined();
  });

  it('names its variables, and gives values on an object without prototype', () => {
    const template = new UriTemplate('x://{a}/{b}{?c}');
    expect(template.variables).toEqual(['a', 'b', 'c']);
    const found = template.match('x://1/2');
    expect(found === undefined ? 'none' : Object.getPrototypeOf(found)).toBeNull();
    expect(match('x://{__proto__}', 'x://1')).toBeDefined();
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['x://a', 'it has no variable; use resource() for a single URI'],
    ['x://{a', 'every { needs its }'],
    ['x://{a{b}}', 'every { needs its }'],
    ['x://a}', 'every } needs its {'],
    ['x://{}', '"" is no name for a variable'],
    ['x://{a b}', '"a b" is no name for a variable'],
    ['x://{a:3}', '"a:3" is no name for a variable'],
    ['x://{a*}', '"a*" is no name for a variable'],
    ['x://{;a}', 'the operator ; is not supported'],
    ['x://{a}{b}', 'put some text between two variables'],
    ['x://{a}/{a}', 'a variable is there twice'],
    ['x://y{?a}/z', 'nothing may come after the variables of the query'],
    ['x://y{?a}{b}', 'nothing may come after the variables of the query'],
    ['x://y{?a}z{&b}', 'nothing may come after the variables of the query'],
    ['{a}', 'begin with a scheme, such as notes:'],
    ['notes/{a}', 'begin with a scheme, such as notes:'],
  ])('%s is refused: %s', (template, message) => {
    expect(() => new UriTemplate(template)).toThrow(ConfigurationError);
    expect(() => new UriTemplate(template)).toThrow(message);
  });

  it('takes dot segments where they are allowed', () => {
    expect({ ...new UriTemplate('file:///{+path}', true).match('file:///a/../b') }).toEqual({ path: 'a/../b' });
  });

  it('is text', () => {
    expect(() => new UriTemplate(7 as unknown as string)).toThrow('write text, such as "notes://{id}"');
  });

  it('matches hostile input of 64 KiB in no time', () => {
    const templates = ['x://{a}-{b}-{c}-{d}-{e}!', 'x://{+a}/{+b}/{+c}/z', 'x:{/path*}!', 'x://y{?a,b,c}'];
    const inputs = ['-', '/', 'a/', '?a=', '&', '%25'].map((piece) => `x://${piece.repeat(65_536 / piece.length)}`);
    const before = process.cpuUsage();
    for (const template of templates.map((text) => new UriTemplate(text))) {
      for (const input of inputs) template.match(input);
    }
    // 24 matches of 64 KiB; anything that goes back over its input takes minutes.
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });
});
