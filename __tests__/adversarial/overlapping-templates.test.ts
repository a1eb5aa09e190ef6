import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { testClient } from '../../lib/testing/index.js';

/** A template for everything, and a scoped one inside of it, in either order. */
function overlapping(order: 'general first' | 'specific first') {
  const registry = createRegistry({ name: 'files', version: '1.0.0' });
  const general = () =>
    registry.resourceTemplate('files://{+path}', { name: 'file' }, ({ variables }) => `open: ${variables.path}`);
  const specific = () =>
    registry.resourceTemplate(
      'files://admin/{name}',
      { name: 'admin', scopes: ['admin'] },
      ({ variables }) => `admin: ${variables.name}`,
    );
  for (const register of order === 'general first' ? [general, specific] : [specific, general]) register();
  return registry;
}

describe.each(['general first', 'specific first'] as const)('templates that overlap, the %s', (order) => {
  it.each(['files://admin/x', 'files://admin//x', 'files:///admin/x', 'files://admin/x/', 'files://admin%2Fx'])(
    '%s is not read without the scopes of the specific one',
    async (uri) => {
      const client = await testClient(overlapping(order), { scopes: [] });
      await expect(client.readResource(uri)).rejects.toThrow();
      await client.close();
    },
  );

  it('what only the general one fits is read by everybody', async () => {
    const client = await testClient(overlapping(order), { scopes: [] });
    expect(JSON.stringify(await client.readResource('files://public/x'))).toContain('open: public/x');
    await client.close();
  });

  it('the scopes of the specific one open what it fits', async () => {
    const client = await testClient(overlapping(order), { scopes: ['admin'] });
    expect(JSON.stringify(await client.readResource('files://admin/x'))).toMatch(/open: admin\/x|admin: x/);
    await client.close();
  });
});
