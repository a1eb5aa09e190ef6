import { describe, expect, it } from '@jest/globals';
import type { CatalogChange } from '../../lib/registry/catalog-changes.js';
import { ChangeListeners } from '../../lib/server/change-listeners.js';

const list = (name: 'prompts' | 'tools'): CatalogChange => ({ kind: 'list', list: name, visibleWith: undefined });
const resource = (uri: string): CatalogChange => ({ kind: 'resource', uri });

function listening() {
  const listeners = new ChangeListeners();
  const heard: string[] = [];
  const hearAs = (name: string) => (change: CatalogChange) => {
    heard.push(`${name} ${change.kind === 'list' ? change.list : change.uri}`);
  };
  return { listeners, heard, hearAs };
}

describe('listeners to changes', () => {
  it('hear of what they want to, and of nothing else', () => {
    const { listeners, heard, hearAs } = listening();
    listeners.add(hearAs('tools'), { lists: new Set(['tools']), uris: new Set() });
    listeners.add(hearAs('a'), { lists: new Set(), uris: new Set(['notes://a', 'notes://b']) });
    listeners.add(hearAs('resources'), { lists: new Set(), uris: 'all' });
    listeners.add(hearAs('everything'));
    for (const change of [list('tools'), list('prompts'), resource('notes://a'), resource('notes://c')]) {
      listeners.tell(change);
    }
    expect(heard).toEqual([
      'tools tools',
      'everything tools',
      'everything prompts',
      'resources notes://a',
      'everything notes://a',
      'a notes://a',
      'resources notes://c',
      'everything notes://c',
    ]);
  });

  it('hear of nothing after they stopped, and stopping twice takes away nobody else', () => {
    const { listeners, heard, hearAs } = listening();
    const interest = { lists: new Set(['tools'] as const), uris: new Set(['notes://a']) };
    const stop = listeners.add(hearAs('first'), interest);
    listeners.add(hearAs('second'), interest);
    expect(listeners.size).toBe(2);
    stop();
    stop();
    expect(listeners.size).toBe(1);
    listeners.tell(list('tools'));
    listeners.tell(resource('notes://a'));
    expect(heard).toEqual(['second tools', 'second notes://a']);
  });

  it('may want nothing', () => {
    const { listeners, heard, hearAs } = listening();
    const stop = listeners.add(hearAs('nobody'), { lists: new Set(), uris: new Set() });
    listeners.tell(list('tools'));
    expect([listeners.size, heard]).toEqual([1, []]);
    stop();
    expect(listeners.size).toBe(0);
  });

  it('are forgotten all at once', () => {
    const { listeners, heard, hearAs } = listening();
    listeners.add(hearAs('everything'));
    listeners.clear();
    listeners.tell(list('tools'));
    expect([listeners.size, heard]).toEqual([0, []]);
  });
});
