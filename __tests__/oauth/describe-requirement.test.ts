import { describe, expect, it } from '@jest/globals';
import { allOf, anyOf } from '../../lib/index.js';
import type { ScopeRequirement } from '../../lib/index.js';
import { describeRequirement } from '../../lib/oauth/describe-requirement.js';

describe('describeRequirement', () => {
  it.each<[ScopeRequirement, string]>([
    ['notes:read', 'notes:read'],
    [['notes:read'], 'notes:read'],
    [['notes:read', 'notes:write'], 'notes:read and notes:write'],
    [anyOf('a', 'b'), 'a or b'],
    [['notes:read', anyOf('notes:admin', 'notes:write')], 'notes:read and (notes:admin or notes:write)'],
    [anyOf('notes:admin', allOf('notes:read', 'notes:write')), 'notes:admin or (notes:read and notes:write)'],
    [allOf('a', allOf('b', ['c'])), 'a and b and c'],
    [anyOf('a', anyOf('b', 'c')), 'a or b or c'],
    [anyOf(anyOf(allOf('a', 'b'))), 'a and b'],
  ])('puts %j as "%s"', (requirement, text) => {
    expect(describeRequirement(requirement)).toBe(text);
  });

  it.each<[ScopeRequirement]>([[[]], [allOf()], [[[], allOf()]], [anyOf('a', [])]])(
    'says of %j that it needs no scopes',
    (requirement) => {
      expect(describeRequirement(requirement)).toBe('no scopes');
    },
  );

  it('leaves out what needs nothing beside something that does', () => {
    expect(describeRequirement(['a', [], anyOf('b', [])])).toBe('a');
  });
});
