import { describe, expect, it } from '@jest/globals';
import { createAuth, restoreAuth, storableAuth } from '../../lib/oauth/auth.js';
import { ScopeHierarchy } from '../../lib/oauth/scope-hierarchy.js';

const hierarchy = new ScopeHierarchy({ 'notes:write': ['notes:read'] });

describe('what is kept of a caller', () => {
  it('is everything but the token, also after it was JSON', () => {
    const verified = {
      subject: 'ada',
      clientId: 'app',
      issuer: 'https://login.example.com',
      scopes: ['notes:write'],
      expiresAt: 1_800_000_000,
      claims: { tenant: 'one' },
    };
    const auth = createAuth(verified, { token: 'a.b.c', hierarchy, resource: new URL('https://api.example.com/mcp') });
    const text = JSON.stringify(storableAuth(auth));
    expect(text).not.toContain('a.b.c');
    const restored = restoreAuth(JSON.parse(text) as ReturnType<typeof storableAuth>);
    expect(restored).toMatchObject({ ...verified, token: '', extra: { tenant: 'one' } });
    expect(restored.resource?.href).toBe('https://api.example.com/mcp');
    expect(restored.scopes).toEqual(['notes:write']);
    expect(restored.has('notes:read')).toBe(true);
    expect(restored.has('notes:delete')).toBe(false);
  });

  it('may be of somebody of whom little is known', () => {
    const auth = createAuth({ clientId: '', scopes: [], claims: {} }, { token: 'x', hierarchy });
    const restored = restoreAuth(JSON.parse(JSON.stringify(storableAuth(auth))) as ReturnType<typeof storableAuth>);
    expect([restored.subject, restored.resource, restored.expiresAt]).toEqual([undefined, undefined, undefined]);
  });
});
