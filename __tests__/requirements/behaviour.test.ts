// Tests for requirements of the standards that no other test covers.
import { expect, it } from '@jest/globals';
import { callTool, challengeOf, protectedApp } from '../support/mcp-app.js';

it('offline_access is never in a challenge, also when the token holds it', async () => {
  const response = await callTool(protectedApp(), 'read', 'offline_access other');
  expect(response.status).toBe(403);
  expect(challengeOf(response)).toContain('scope="notes:read other"');
  expect(response.text).not.toContain('offline_access');
});
