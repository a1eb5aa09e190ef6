import { describe, expect, it } from '@jest/globals';
import type { SkillDefinition } from '../../lib/index.js';
import { ConfigurationError, createRegistry } from '../../lib/index.js';
import type { CatalogChange } from '../../lib/registry/catalog-changes.js';

type Loose = Readonly<Record<string, unknown>>;

const create = () => createRegistry({ name: 'test', version: '1.0.0' });
const least = { description: 'Writes notes.', instructions: 'Write.' };

function mistake(name: string, more: Loose): { readonly code: string; readonly message: string } {
  try {
    create().skill(name, { ...least, ...more });
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was thrown');
}

/** The text of SKILL.md, as it is read. */
function manifestOf(definition: SkillDefinition): string {
  const registry = create();
  registry.skill('notes', definition);
  const found = registry.catalog.findResource('skill://notes/SKILL.md');
  return found?.variables === undefined ? String(found?.item.read({ uri: '' }, undefined as never)) : '';
}

describe('a skill', () => {
  it.each<[string, string, Loose, string, string]>([
    ['a name in capitals', 'Notes', {}, 'invalid_name', '"Notes" is no name for a skill'],
    ['a name with two hyphens', 'a--b', {}, 'invalid_name', 'single hyphens'],
    ['a name that ends with a hyphen', 'a-', {}, 'invalid_name', 'single hyphens'],
    ['an empty name', '', {}, 'invalid_name', '"" is no name'],
    ['a name of 65 characters', 'a'.repeat(65), {}, 'invalid_name', '1 to 64'],
    ['a name that is no text', 7 as unknown as string, {}, 'invalid_name', '7 is no name'],
    ['no description', 'a', { description: undefined }, 'invalid_option', 'description must be a text of at most 1024'],
    ['a blank description', 'a', { description: ' \n' }, 'invalid_option', 'description must be a text'],
    ['a description of 1025 characters', 'a', { description: 'x'.repeat(1025) }, 'invalid_option', 'at most 1024'],
    ['half a character', 'a', { description: 'x\uD800' }, 'invalid_option', 'description must be a text'],
    ['a compatibility of 501 characters', 'a', { compatibility: 'x'.repeat(501) }, 'invalid_option', 'at most 500'],
    ['a license that is no text', 'a', { license: 7 }, 'invalid_option', 'license must be a text.'],
    ['no instructions', 'a', { instructions: undefined }, 'invalid_option', 'instructions must be a text'],
    ['a whole SKILL.md', 'a', { instructions: '---\nname: a\n---\nx' }, 'invalid_option', 'begin with frontmatter'],
    ['metadata that is a list', 'a', { metadata: ['x'] }, 'invalid_option', 'metadata must be an object of texts'],
    ['metadata that is null', 'a', { metadata: null }, 'invalid_option', 'metadata must be an object of texts'],
    ['metadata with a number', 'a', { metadata: { x: 1 } }, 'invalid_option', 'metadata must be an object of texts'],
    ['an empty key', 'a', { metadata: { '': 'x' } }, 'invalid_option', 'keys of 1 to 128 characters'],
    ['a reserved key', 'a', { metadata: { 'io.modelcontextprotocol/x': 'y' } }, 'invalid_option', 'are reserved'],
    ['files that are none', 'a', { files: 'x' }, 'invalid_option', 'files must be an object'],
    [
      'a file that is a number',
      'a',
      { files: { x: 1 } },
      'invalid_option',
      'the file "x" must be a text or a Uint8Array',
    ],
    ['a path that leads out', 'a', { files: { '../x': '' } }, 'invalid_name', '"../x" is no path for a file'],
    ['a path from the root', 'a', { files: { '/x': '' } }, 'invalid_name', '"/x" is no path'],
    ['a path with a dot', 'a', { files: { './x': '' } }, 'invalid_name', 'no path'],
    ['a path of Windows', 'a', { files: { 'x\\y': '' } }, 'invalid_name', 'no path'],
    ['a path nobody can see', 'a', { files: { 'x\u200By': '' } }, 'invalid_name', 'no path'],
    ['a path to a folder', 'a', { files: { 'x/': '' } }, 'invalid_name', 'no path'],
    ['an empty path', 'a', { files: { '': '' } }, 'invalid_name', 'no path'],
    ['a SKILL.md of its own', 'a', { files: { 'skill.MD': '' } }, 'invalid_name', 'SKILL.md is written for you'],
    ['a file that is a folder', 'a', { files: { x: '', 'x/y': '' } }, 'invalid_name', '"x" is a file and a folder'],
    ['a misspelt member', 'a', { file: {} }, 'unknown_option', 'there is no "file"'],
    ['a scope that is none', 'a', { scopes: ['a b'] }, 'invalid_scope', 'skill "a"'],
  ])('is refused with %s', (_what, name, more, code, words) => {
    const thrown = mistake(name, more);
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain(words);
  });

  it('holds 512 files, SKILL.md included, and no more', () => {
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_none, index) => [`${index}.md`, '']));
    const registry = create();
    registry.skill('notes', { ...least, files: files(511) });
    expect(registry.catalog.resources.items).toHaveLength(512);
    expect(mistake('notes', { files: files(512) }).message).toContain('at most 512 files');
  });

  it('holds 16 MiB and no more', () => {
    const message = mistake('notes', { files: { 'a.bin': new Uint8Array(16 * 1024 * 1024) } }).message;
    expect(message).toBe('skill "notes": the files of a skill have at most 16 MiB together.');
  });

  it('has a SKILL.md whose texts cannot be read as anything but texts', () => {
    const text = manifestOf({
      description: 'yes: "no"\n---\n# \u2028\u0085',
      instructions: '# Notes\n\nWrite.',
      license: 'null',
      compatibility: '{}',
      metadata: { 'a: b': '- 1', version: '1.0' },
    });
    expect(text).toBe(
      [
        '---',
        'name: "notes"',
        String.raw`description: "yes: \"no\"\n---\n# \u2028\u0085"`,
        'license: "null"',
        'compatibility: "{}"',
        'metadata:',
        '  "a: b": "- 1"',
        '  "version": "1.0"',
        '---',
        '',
        '# Notes',
        '',
        'Write.',
        '',
      ].join('\n'),
    );
  });

  it('has no more in its SKILL.md than it has to say', () => {
    expect(manifestOf({ ...least, metadata: {} })).toBe(
      '---\nname: "notes"\ndescription: "Writes notes."\n---\n\nWrite.\n',
    );
  });

  it('goes on being what its digest is of when an array that it was made of changes', () => {
    const bytes = new TextEncoder().encode('hello\n');
    const registry = create();
    registry.skill('notes', { ...least, files: { 'a.bin': bytes } });
    bytes.fill(0);
    const found = registry.catalog.findResource('skill://notes/a.bin');
    expect(found?.variables).toBeUndefined();
    expect(found?.variables === undefined && found?.item.read({ uri: '' }, undefined as never)).toEqual(
      new TextEncoder().encode('hello\n'),
    );
    expect(registry.catalog.skills.items[0]?.files[1]?.digest).toBe(
      'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    );
  });

  it.each([
    ['a.md', 'x', 'text/markdown'],
    ['a.PNG', new Uint8Array([1]), 'image/png'],
    ['LICENSE', 'x', 'text/plain'],
    ['data.unknown', new Uint8Array([1]), 'application/octet-stream'],
  ])('says that %s is of the type that its name tells', (path, contents, mimeType) => {
    const registry = create();
    registry.skill('notes', { ...least, files: { [path]: contents } });
    expect(registry.catalog.resources.get(`skill://notes/${path}`)?.mimeType).toBe(mimeType);
  });

  it('writes what a URI cannot hold in per cent', () => {
    const registry = create();
    registry.skill('notes', { ...least, files: { 'für dich/50% & mehr?.md': 'x' } });
    expect(registry.catalog.resources.items.map(({ key }) => key)).toEqual([
      'skill://notes/SKILL.md',
      'skill://notes/f%C3%BCr%20dich/50%25%20%26%20mehr%3F.md',
    ]);
    expect(registry.catalog.findDirectory('skill://notes/f%C3%BCr%20dich')?.children).toMatchObject([
      { name: '50% & mehr?.md' },
    ]);
  });

  it('is not there in part when one of its URIs is taken', () => {
    const registry = create();
    registry.resource('skill://notes/b.md', {}, () => 'mine');
    const files = { 'a.md': 'a', 'b.md': 'b' };
    expect(() => registry.skill('notes', { ...least, files })).toThrow(
      'There is a resource "skill://notes/b.md" already',
    );
    expect(registry.catalog.resources.items.map(({ key }) => key)).toEqual(['skill://notes/b.md']);
    expect(registry.catalog.skills.items).toEqual([]);
    expect([...registry.catalog.extensions]).toEqual([]);
  });

  it('cannot be registered twice', () => {
    const registry = create();
    registry.skill('notes', least);
    expect(() => registry.skill('notes', least)).toThrow('There is a skill "skill://notes/SKILL.md" already');
  });
});

describe('the handle of a skill', () => {
  function registered() {
    const registry = create();
    const handle = registry.skill('notes', { ...least, files: { 'a.md': 'a', 'b.md': 'b' } });
    const changes: CatalogChange[] = [];
    registry.catalog.changes.listen((change) => changes.push(change));
    const uris = () => registry.catalog.resources.items.map(({ key }) => key.slice('skill://notes/'.length));
    return { registry, handle, changes, uris };
  }
  const listChanged = { kind: 'list', list: 'resources', visibleWith: undefined };

  it('changes the files, and tells of the list and of each file that became another', () => {
    const { registry, handle, changes, uris } = registered();
    handle.update({ files: { 'b.md': 'changed', 'c.md': 'c' } });
    expect(uris()).toEqual(['SKILL.md', 'b.md', 'c.md']);
    expect(registry.catalog.skills.items[0]?.listing['resources']).toMatchObject([
      { uri: 'skill://notes/SKILL.md' },
      { uri: 'skill://notes/b.md', size: 7 },
      { uri: 'skill://notes/c.md', size: 1 },
    ]);
    expect(changes).toEqual([listChanged, { kind: 'resource', uri: 'skill://notes/b.md' }]);
  });

  it('tells that SKILL.md became another with the description', () => {
    const { handle, changes } = registered();
    handle.update({ description: 'Writes more notes.' });
    expect(changes).toEqual([listChanged, { kind: 'resource', uri: 'skill://notes/SKILL.md' }]);
  });

  it('changes nothing when the change is wrong', () => {
    const { registry, handle, changes, uris } = registered();
    const before = registry.catalog.skills.items[0];
    registry.resource('skill://notes/taken.md', {}, () => 'mine');
    changes.length = 0;
    expect(() => {
      handle.update({ files: { 'c.md': 'c', 'taken.md': 'x' } });
    }).toThrow('There is a resource "skill://notes/taken.md" already');
    expect(() => {
      handle.update({ description: '' });
    }).toThrow(ConfigurationError);
    expect(uris()).toEqual(['SKILL.md', 'a.md', 'b.md', 'taken.md']);
    expect(registry.catalog.skills.items).toEqual([before]);
    expect(changes).toEqual([]);
  });

  it('hides the skill with its files, and brings them back as they became meanwhile', () => {
    const { registry, handle, changes, uris } = registered();
    handle.disable();
    expect([uris(), registry.catalog.skills.items, changes]).toEqual([[], [], [listChanged]]);
    expect(registry.catalog.findDirectory('skill://notes')).toBeUndefined();
    changes.length = 0;
    handle.update({ files: { 'a.md': 'changed', 'c.md': 'c' } });
    expect([uris(), changes]).toEqual([[], []]);
    handle.enable();
    expect([uris(), changes]).toEqual([['SKILL.md', 'a.md', 'c.md'], [listChanged]]);
  });

  it('removes it, and does nothing afterwards', () => {
    const { registry, handle, changes, uris } = registered();
    handle.remove();
    expect([uris(), changes]).toEqual([[], [listChanged]]);
    changes.length = 0;
    handle.update({ files: { 'c.md': 'c' } });
    handle.enable();
    expect([uris(), changes]).toEqual([[], []]);
    registry.skill('notes', least);
    expect(uris()).toEqual(['SKILL.md']);
    handle.remove();
    expect(uris()).toEqual(['SKILL.md']);
  });

  it('tells those of a new scope and those of the old one', () => {
    const { handle, changes } = registered();
    handle.update({ scopes: ['notes'], visibility: 'concealed' });
    expect(changes).toEqual([listChanged, { kind: 'list', list: 'resources', visibleWith: [['notes']] }]);
  });
});
