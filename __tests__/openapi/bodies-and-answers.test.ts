import { describe, expect, it } from '@jest/globals';
import { OpenApiDocument } from '../../lib/openapi/document/openapi-document.js';
import type { BodyPlan } from '../../lib/openapi/requests/encode-body.js';
import { encodeBody } from '../../lib/openapi/requests/encode-body.js';
import { readFileText } from '../../lib/openapi/requests/file-text.js';
import { bodySchema, isFile } from '../../lib/openapi/requests/request-body.js';
import type { RequestBody } from '../../lib/openapi/requests/request-body.js';
import { fieldValue, formPairs, pathValue } from '../../lib/openapi/requests/serialize-parameter.js';
import { contentOf, linkTo } from '../../lib/openapi/results/download.js';
import { errorText } from '../../lib/openapi/results/error-text.js';
import type { ReceivedAnswer } from '../../lib/openapi/results/received-answer.js';
import { branchMark, derivedSchemas, discriminatorOf } from '../../lib/openapi/schemas/discriminator.js';
import { mergeAllOf } from '../../lib/openapi/schemas/merge-all-of.js';

const components = {
  schemas: {
    Note: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    Loop: { $ref: '#/components/schemas/Loop' },
    Odd: 7,
    'a/b~c': { type: 'integer' },
  },
};
const document = new OpenApiDocument({ openapi: '3.0.3', info: {}, paths: {}, components });

const body = (kind: BodyPlan['kind'], more: Partial<BodyPlan> = {}): BodyPlan => ({
  kind,
  mediaType: 'application/octet-stream',
  isRequired: true,
  description: undefined,
  schema: undefined,
  encoding: {},
  files: new Set(),
  ...more,
});

const written = (plan: BodyPlan, value: unknown) => {
  const { bytes, contentType } = encodeBody(plan, value);
  return [bytes.toString('utf8'), contentType];
};

describe('the body of a request', () => {
  it.each([
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/plain; charset=latin1', 'text/plain; charset=latin1'],
    ['application/yaml', 'application/yaml'],
  ])('of text is sent as %s', (mediaType, contentType) => {
    expect(written(body('text', { mediaType }), 7)).toEqual(['7', contentType]);
  });

  it('that is a file has the type that the caller says, else that of the document', () => {
    expect(written(body('binary'), 'SGk=')).toEqual(['Hi', 'application/octet-stream']);
    expect(written(body('binary'), 'data:text/csv;base64,SGk=')).toEqual(['Hi', 'text/csv']);
  });

  it.each(['form', 'multipart'] as const)('of the kind %s must be an object', (kind) => {
    expect(() => encodeBody(body(kind), ['a'])).toThrow('body must be an object: it is sent as a form.');
  });

  it('of a form writes objects as JSON, unless the document has a style for them', () => {
    const value = { a: { b: 1 }, none: null };
    expect(written(body('form'), value)[0]).toBe('a=%7B%22b%22%3A1%7D');
    expect(written(body('form', { encoding: { a: { style: 'deepObject' } } }), value)[0]).toBe('a%5Bb%5D=1');
    expect(written(body('form', { encoding: { a: { explode: true } } }), value)[0]).toBe('b=1');
    expect(written(body('form', { encoding: { a: { style: 'spaceDelimited' } } }), { a: ['x', 'y'] })[0]).toBe(
      'a=x%20y',
    );
  });

  it('of several parts has a type for each file and each object, and names that cannot end early', () => {
    const plan = body('multipart', {
      mediaType: 'multipart/form-data; boundary=fixed',
      files: new Set(['file', 'other']),
      encoding: {
        other: { contentType: 'image/png, image/jpeg' },
        typed: { contentType: 'text/x-note; charset=utf-8' },
      },
    });
    const value = {
      file: 'data:text/plain;name=a%22b.txt;base64,SGk=',
      other: ['SGk='],
      typed: 'x',
      meta: { a: 1 },
      'say "hi"\r\n': 'x',
      gone: null,
    };
    const [text = '', contentType = ''] = written(plan, value);
    const boundary = contentType.replace('multipart/form-data; boundary=', '');
    expect(text.split(`--${boundary}`).map((part) => part.trim())).toEqual([
      '',
      'Content-Disposition: form-data; name="file"; filename="a%22b.txt"\r\nContent-Type: text/plain\r\n\r\nHi',
      'Content-Disposition: form-data; name="other"; filename="other"\r\nContent-Type: application/octet-stream\r\n\r\nHi',
      'Content-Disposition: form-data; name="typed"\r\nContent-Type: text/x-note; charset=utf-8\r\n\r\nx',
      'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}',
      'Content-Disposition: form-data; name="say %22hi%22%0D%0A"\r\n\r\nx',
      '--',
    ]);
  });
});

describe('a file that is given as text', () => {
  it.each([
    ['SG k_-', undefined, undefined, 'Hi\u0093\u00fe'.slice(0, 2)],
    ['data:,a%20b', undefined, undefined, 'a b'],
    ['data:text/plain; name=a%20b.txt ;base64,SGk=', 'text/plain', 'a b.txt', 'Hi'],
    ['data:nonsense;base64,SGk=', undefined, undefined, 'Hi'],
  ])('is read from %j', (text, mediaType, name, start) => {
    const file = readFileText(text, 'body');
    expect([file.mediaType, file.name]).toEqual([mediaType, name]);
    expect(file.bytes.toString('latin1').startsWith(start)).toBe(true);
  });

  it.each([
    [7, 'body must be a text: base64, or a data: URL.'],
    ['*', 'body is not base64. Give the bytes as base64, or a data: URL.'],
    ['data:,%zz', 'body is no data: URL: it has a percent sign that encodes nothing.'],
  ])('is refused: %j', (text, message) => {
    expect(() => readFileText(text, 'body')).toThrow(message);
  });
});

describe('the schema of a body', () => {
  const request = (
    kind: RequestBody['kind'],
    schema: unknown,
    encoding: RequestBody['encoding'] = {},
  ): RequestBody => ({
    kind,
    schema,
    encoding,
    mediaType: 'text/csv',
    isRequired: false,
    description: undefined,
  });
  const file = 'A file: base64, or a data: URL such as data:text/plain;name=note.txt;base64,SGk=';

  it('shows a file as base64, alone and in a form, and says what the document says of it', () => {
    const base64 = { type: 'string', contentEncoding: 'base64', description: file };
    expect(bodySchema(document, request('binary', {}))).toEqual(base64);
    const properties = {
      one: { type: 'string', format: 'binary', description: 'Your photo' },
      many: { type: 'array', items: { type: 'string', format: 'byte' } },
      typed: {},
      text: { type: 'string' },
      yes: true,
    };
    expect(bodySchema(document, request('multipart', { properties }, { typed: { contentType: 'image/png' } }))).toEqual(
      {
        properties: {
          one: { ...base64, description: `Your photo (${file})` },
          many: { type: 'array', items: base64 },
          typed: base64,
          text: { type: 'string' },
          yes: true,
        },
      },
    );
  });

  it('is the schema itself for a form without members, and a text for text', () => {
    expect(bodySchema(document, request('multipart', undefined))).toEqual({});
    expect(bodySchema(document, request('json', { type: 'array' }))).toEqual({ type: 'array' });
    expect(bodySchema(document, request('text', undefined))).toEqual({
      type: 'string',
      description: 'The text of the body (text/csv).',
    });
  });

  it.each([
    [{ type: 'integer' }, { contentType: 'image/png' }, false],
    [{ contentMediaType: 'application/pdf' }, undefined, true],
    [{ contentMediaType: 'application/json' }, undefined, false],
    [{ type: 'string' }, undefined, false],
    [7, undefined, false],
  ])('takes %j with the encoding %j for a file: %s', (member, encoding, expected) => {
    expect(isFile(document, member, encoding)).toBe(expected);
  });
});

describe('a parameter that is written', () => {
  it.each([
    ['label', true, [1, 2], '.1.2'],
    ['label', false, { a: 1 }, '.a,1'],
    ['matrix', false, [1, 2], ';x=1,2'],
    ['matrix', true, [1, 2], ';x=1;x=2'],
    ['matrix', true, { a: 'b c' }, ';a=b%20c'],
    ['matrix', true, null, ';x=null'],
    ['simple', true, { a: 1 }, 'a=1'],
  ])('into a path in the style %s, exploded: %s, of %j is %s', (style, explode, value, text) => {
    expect(pathValue('x', value, { style, explode, allowReserved: false })).toBe(text);
  });

  it('into a header field is not percent-encoded', () => {
    expect([fieldValue({ a: 'b c' }, true), fieldValue(['a', 'b'], false)]).toEqual(['a=b c', 'a,b']);
  });

  it.each([
    [null, []],
    [[], []],
    [undefined, []],
  ])('into a query is left out for %j', (value, pairs) => {
    expect(formPairs('x', value, { style: 'form', explode: false, allowReserved: false })).toEqual(pairs);
  });

  it('into a query leaves out what is null deep inside', () => {
    const value = { a: null, b: [null, 1], c: 'x' };
    expect(formPairs('x', value, { style: 'deepObject', explode: true, allowReserved: false })).toEqual([
      ['x%5Bb%5D', '1'],
      ['x%5Bc%5D', 'x'],
    ]);
  });
});

const answer = (
  contentType: string | undefined,
  text: string | Buffer,
  more: Partial<ReceivedAnswer> = {},
): ReceivedAnswer => ({
  status: 200,
  statusText: 'OK',
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  bytes: Buffer.from(text as string),
  isCut: false,
  maxBytes: 1_000_000,
  records: undefined,
  ...more,
});

describe('the content of an answer', () => {
  const uri = 'https://api.example.com/files/7?x=1';

  it('is nothing for no bytes, and text in the charset that the answer names', () => {
    expect(contentOf(answer('text/plain', ''), uri)).toEqual([]);
    expect(contentOf(answer(undefined, 'a'), uri)).toEqual([{ type: 'text', text: 'a' }]);
    const latin = Buffer.from([0xe9]);
    expect(contentOf(answer('text/plain; charset="latin1"', latin), uri)).toEqual([{ type: 'text', text: 'é' }]);
    expect(contentOf(answer('text/plain; charset=no-such', 'é'), uri)).toEqual([{ type: 'text', text: 'é' }]);
  });

  it('is an image, a sound, or a file with its name', () => {
    expect(contentOf(answer('image/png', 'x'), uri)).toEqual([{ type: 'image', data: 'eA==', mimeType: 'image/png' }]);
    expect(contentOf(answer('audio/wav', 'x'), uri)).toEqual([{ type: 'audio', data: 'eA==', mimeType: 'audio/wav' }]);
    expect(contentOf(answer('application/pdf', 'x'), uri)).toEqual([
      { type: 'text', text: 'A file (application/pdf, 1 bytes)' },
      { type: 'resource', resource: { uri, mimeType: 'application/pdf', blob: 'eA==' } },
    ]);
  });

  it.each([
    ['attachment; filename="plain.txt"; filename*=UTF-8\'\'na%C3%AFve.txt', 'naïve.txt'],
    ["attachment; filename=plain.txt; filename*=UTF-8''%zz", 'plain.txt'],
    ["attachment; filename=plain.txt; filename*=UTF-8''%ff", 'plain.txt'],
    ['inline', '7'],
  ])('has the name that %s says', (disposition, name) => {
    expect(linkTo(uri, { 'content-disposition': disposition }).name).toBe(name);
  });

  it('has the whole address for a name where the address ends with a slash', () => {
    expect(linkTo('https://api.example.com/files/', {}).name).toBe('https://api.example.com/files/');
  });
});

describe('the text about an error', () => {
  it.each([
    ['application/json', '{"message":"no","stack":"Error\\n at x"}', 'HTTP 404 Not Found\n{"message":"no"}'],
    ['application/json', '[1]', 'HTTP 404 Not Found\n[1]'],
    ['application/json', 'no JSON', 'HTTP 404 Not Found'],
    ['text/html', '<p>Error at /srv/app.js</p>', 'HTTP 404 Not Found'],
    ['text/plain', ' gone ', 'HTTP 404 Not Found\ngone'],
    [
      'application/problem+json',
      '{"title":"No note","detail":"7","type":"about:blank","status":404}',
      'HTTP 404 Not Found\nNo note: 7',
    ],
    [
      'application/problem+json',
      '{"title":"No note","type":"https://e.example/n","id":7}',
      'HTTP 404 Not Found\nNo note\nType: https://e.example/n\n{"id":7}',
    ],
  ])('of %s %s', (type, text, expected) => {
    expect(errorText(answer(type, text, { status: 404, statusText: 'Not Found' }))).toBe(expected);
  });

  it('says when to try again', () => {
    const late = (field: string) =>
      errorText(answer(undefined, '', { status: 503, statusText: '', headers: { 'retry-after': field } }));
    expect(late('7')).toBe('HTTP 503\nRetry after 7 seconds.');
    expect(late('Fri, 31 Dec 1999 23:59:59 GMT')).toBe('HTTP 503\nRetry after Fri, 31 Dec 1999 23:59:59 GMT.');
  });
});

describe('a reference in a document', () => {
  it('leads to names with ~ and /', () => {
    expect(document.follow('#/components/schemas/a~1b~0c')).toEqual({ type: 'integer' });
  });

  it.each([
    ['#/components/schemas/None', '"#/components/schemas/None" leads nowhere'],
    ['#/components/schemas/toString', '"#/components/schemas/toString" leads nowhere'],
    ['#/components/schemas/Odd/x', '"#/components/schemas/Odd/x" leads nowhere'],
    ['other.yaml#/Note', '"other.yaml#/Note" is in another document; bundle them into one'],
    ['#note', '"#note" is no JSON pointer'],
    ['#/%zz', '"#/%zz" leads nowhere'],
  ])('is refused: %s', ($ref, message) => {
    expect(() => document.object({ $ref }, 'it')).toThrow(message);
  });

  it('is refused that leads to itself, and one to what is no object', () => {
    expect(() => document.object({ $ref: '#/components/schemas/Loop' }, 'it')).toThrow(
      '"#/components/schemas/Loop" refers to itself',
    );
    expect(() => document.object({ $ref: '#/components/schemas/Odd' }, 'the body')).toThrow('the body is no object');
  });
});

describe('alternatives that a member tells apart', () => {
  const $ref = '#/components/schemas/Note';

  it('are named by the mapping, or by the last part of the reference', () => {
    const discriminator = discriminatorOf({
      discriminator: { propertyName: 'kind', mapping: { note: 'Note', memo: $ref } },
    });
    expect(discriminator?.member).toBe('kind');
    expect([...(discriminator?.words ?? [])]).toEqual([[$ref, ['note', 'memo']]]);
    if (discriminator === undefined) throw new Error('There is none');
    expect(branchMark(document, { $ref }, discriminator)).toEqual({
      properties: { kind: { enum: ['note', 'memo'] } },
      required: ['kind'],
    });
    const unnamed = { ...discriminator, words: new Map<string, readonly string[]>() };
    expect(branchMark(document, { $ref }, unnamed)).toEqual({
      properties: { kind: { const: 'Note' } },
      required: ['kind'],
    });
    expect(branchMark(document, { type: 'object' }, discriminator)).toEqual({});
  });

  it('are none without a name of the member', () => {
    expect(discriminatorOf({})).toBeUndefined();
    expect(discriminatorOf({ discriminator: { mapping: {} } })).toBeUndefined();
  });

  it('are derived from a base that lists them, but not where it has alternatives', () => {
    const base = {
      discriminator: { propertyName: 'kind', mapping: { a: 'A', self: 'Base', far: 'https://e.example/a' } },
    };
    expect(derivedSchemas(base, '#/components/schemas/Base')).toEqual([{ $ref: '#/components/schemas/A' }]);
    expect(derivedSchemas({ ...base, oneOf: [] }, '#/components/schemas/Base')).toEqual([]);
    expect(derivedSchemas({ ...base, anyOf: [] }, '#/components/schemas/Base')).toEqual([]);
    expect(derivedSchemas({}, '#/components/schemas/Base')).toEqual([]);
  });
});

describe('allOf', () => {
  it('of one part is the part with the remarks', () => {
    expect(mergeAllOf(document, { allOf: [{ type: 'string' }], title: 'T', 'x-a': 1 })).toEqual({
      type: 'string',
      title: 'T',
      'x-a': 1,
    });
  });

  it('of plain objects is one object', () => {
    const merged = mergeAllOf(document, {
      allOf: [
        { $ref: '#/components/schemas/Note' },
        {
          properties: { text: { maxLength: 3 }, n: {} },
          required: ['n', 'text'],
          description: 'Both',
          additionalProperties: { type: 'string' },
        },
      ],
    });
    expect(merged).toMatchObject({
      type: 'object',
      description: 'Both',
      properties: { text: { allOf: [{ type: 'string' }, { maxLength: 3 }] }, n: {} },
      required: ['text', 'n'],
      additionalProperties: { type: 'string' },
    });
  });

  it.each([
    ['is not there', {}],
    ['has a part that is no object', { allOf: [{ type: 'object' }, true] }],
    ['has a part with a condition', { allOf: [{ type: 'object' }, { if: {} }] }],
    ['has a part of another type', { allOf: [{ type: 'object' }, { type: 'string' }] }],
    ['has alternatives twice', { allOf: [{ anyOf: [] }, { oneOf: [] }] }],
  ])('is left as it is where it %s', (_what, schema) => {
    expect(mergeAllOf(document, schema)).toBeUndefined();
  });
});
