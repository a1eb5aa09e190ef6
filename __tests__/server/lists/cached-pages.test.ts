import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import type { PreparedJson } from '../../../lib/jsonrpc/build-response.js';
import { isPromise } from '../../../lib/promises/and-then.js';
import type { RequestInWork } from '../../../lib/server/call/call.js';
import { pageOfItems } from '../../../lib/server/lists/cached-pages.js';
import { modern } from '../../../lib/server/revisions/modern.js';
import { callerWith } from '../../support/dispatching.js';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A list that looks different for every set of scopes, with long descriptions. */
function longList(): (...scopes: readonly string[]) => PreparedJson {
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  const description = 'x'.repeat(256 * 1024);
  for (const name of names) registry.tool(name, { description, scopes: [name], visibility: 'granted' }, () => 'x');
  const { catalog } = registry;
  return (...scopes) => {
    const call = { request: { params: {} }, revision: modern, caller: callerWith(...scopes), endpoint: { catalog } };
    const page = pageOfItems(call as unknown as RequestInWork, 'tools', catalog.tools.items);
    if (isPromise(page)) throw new Error('Nothing has to be waited for');
    return page;
  };
}

/** Every set of scopes. */
const sets = Array.from({ length: 64 }, (_, bits) => names.filter((_name, index) => (bits >> index) % 2 === 1));

describe('prepared pages', () => {
  it('are made once for all who see the same', () => {
    const ask = longList();
    expect(ask('a', 'other')).toBe(ask('a'));
    expect(ask('a')).not.toBe(ask('b'));
  });

  it('are kept up to 16 Mi characters, those that were asked for last', () => {
    const ask = longList();
    const first = sets.map((scopes) => ask(...scopes));
    let kept = 0;
    let oldest = sets.length;
    // From the newest to the oldest, so that what is still there stays.
    while (oldest > 0 && ask(...(sets[oldest - 1] ?? [])) === first[oldest - 1]) {
      oldest -= 1;
      kept += first[oldest]?.text.length ?? 0;
    }
    expect(oldest).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(kept).toBeGreaterThan(14 * 1024 * 1024);
  });
});
