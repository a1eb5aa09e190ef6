import { describe, expect, it } from '@jest/globals';
import type { CatalogChange } from '../../../lib/registry/catalog-changes.js';
import type { ChangeListener } from '../../../lib/server/notifications/change-listeners.js';
import { ChangeListeners } from '../../../lib/server/notifications/change-listeners.js';

const list = (name: 'prompts' | 'tools'): CatalogChange => ({ kind: 'list', list: name, visibleWith: undefined });
const resource = (uri: string): CatalogChange => ({ kind: 'resource', uri });

function listening() {
  const listeners = new ChangeListeners();
  const heard: string[] = [];
  const hearAs = (name: string): ChangeListener => ({
    hear: (change) => {
      heard.push(`${name} ${change.kind === 'list' ? change.list : change.uri}`);
    },
  });
  return { listeners, heard, hearAs };
}

describe('listeners to changes', () => {
  it('hear of what they want to, and of nothing else', () => {
    const { listeners, heard, hearAs } = listening();
    listeners.add(hearAs('tools'), { lists: new Set(['tools']), resources: new Set() });
    listeners.add(hearAs('a'), { lists: new Set(), resources: new Set(['notes://a', 'notes://b']) });
    listeners.add(hearAs('resources'), { lists: new Set(), resources: 'all' });
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
    const interest = { lists: new Set(['tools'] as const), resources: new Set(['notes://a']) };
    const [first, second] = [hearAs('first'), hearAs('second')];
    listeners.add(first, interest);
    listeners.add(second, interest);
    expect(listeners.all.size).toBe(2);
    listeners.remove(first, interest);
    listeners.remove(first, interest);
    expect(listeners.all).toEqual(new Set([second]));
    listeners.tell(list('tools'));
    listeners.tell(resource('notes://a'));
    expect(heard).toEqual(['second tools', 'second notes://a']);
    listeners.remove(second, interest);
    expect(listeners.all.size).toBe(0);
  });

  it('stop with everything that they listened to by default', () => {
    const { listeners, heard, hearAs } = listening();
    const everything = hearAs('everything');
    listeners.add(everything);
    listeners.remove(everything);
    for (const change of [list('tools'), resource('notes://a')]) listeners.tell(change);
    expect([listeners.all.size, heard]).toEqual([0, []]);
  });

  it('are forgotten all at once', () => {
    const { listeners, heard, hearAs } = listening();
    listeners.add(hearAs('everything'));
    listeners.clear();
    listeners.tell(list('tools'));
    expect([listeners.all.size, heard]).toEqual([0, []]);
  });
});
