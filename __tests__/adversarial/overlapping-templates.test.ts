import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { testClient } from '../../lib/testing/index.js';
import { mayHear } from '../../lib/server/authorization/visible-items.js';
import { TestServer, callerWith } from '../support/dispatching.js';
import { RecordingOutbox } from '../support/recording-outbox.js';

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

describe.each(['general first', 'specific first'] as const)(
  'changes of what overlapping templates fit, the %s',
  (order) => {
    const uris = ['files://admin/x', 'files://admin//x', 'files:///admin/x', 'files://public/x'];

    async function heardWith(scopes: readonly string[]): Promise<{ acknowledged: unknown; heard: readonly unknown[] }> {
      const registry = overlapping(order);
      const server = new TestServer(registry);
      const outbox = new RecordingOutbox();
      const notifications = { resourceSubscriptions: uris };
      const listened = server.call(
        '2026-07-28',
        'subscriptions/listen',
        { notifications },
        { outbox, caller: callerWith(...scopes) },
      );
      if (scopes.length === 0) {
        await expect(listened).rejects.toMatchObject({ requiredScopes: ['admin'] });
        return { acknowledged: undefined, heard: [] };
      }
      while (outbox.messages.length === 0) await new Promise(setImmediate);
      for (const uri of uris) registry.resourceUpdated(uri);
      await new Promise((resolve) => setTimeout(resolve, 50));
      outbox.bringToEnd();
      await listened;
      const [first, ...others] = outbox.messages as { params: { notifications?: unknown; uri?: unknown } }[];
      return { acknowledged: first?.params.notifications, heard: others.map(({ params }) => params.uri) };
    }

    it('are told to nobody without the scopes of all of them', async () => {
      expect(await heardWith([])).toMatchObject({ heard: [] });
      expect(await heardWith(['admin'])).toEqual({ acknowledged: { resourceSubscriptions: uris }, heard: uris });
    });

    it.each(uris)('%s: decided again when it changes', (uri) => {
      const { catalog } = overlapping(order);
      const hears = (...scopes: string[]) =>
        mayHear({ kind: 'resource', uri }, callerWith(...scopes), catalog, (error) => {
          throw error;
        });
      expect(hears()).toBe(uri === 'files://public/x');
      expect(hears('admin')).toBe(true);
    });
  },
);

describe('a policy that fails when something changed', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('the database is away');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('the database is away'))],
    ['answers with nothing', () => undefined as unknown as boolean],
  ])('(it %s) is reported, and the caller hears nothing', async (_how, fail) => {
    const registry = createRegistry({ name: 'failing', version: '1.0.0' });
    let isBroken = false;
    registry.resource('notes://one', { policy: () => (isBroken ? fail() : true) }, () => 'one');
    registry.resource('notes://two', {}, () => 'two');
    const server = new TestServer(registry);
    const outbox = new RecordingOutbox();
    const notifications = { resourceSubscriptions: ['notes://one', 'notes://two'] };
    const listened = server.call(
      '2026-07-28',
      'subscriptions/listen',
      { notifications },
      { outbox, caller: callerWith() },
    );
    while (outbox.messages.length === 0) await new Promise(setImmediate);
    isBroken = true;
    registry.resourceUpdated('notes://one');
    registry.resourceUpdated('notes://two');
    while (outbox.messages.length < 2) await new Promise(setImmediate);
    outbox.bringToEnd();
    await listened;
    expect(outbox.messages.slice(1)).toMatchObject([{ params: { uri: 'notes://two' } }]);
    expect(server.reports).toMatchObject([
      { method: 'notifications/resources/updated', target: 'notes://one', error: expect.any(Error) },
    ]);
  });

  it('is reported when a concealed item is listened to, and a list is put together', async () => {
    const registry = createRegistry({ name: 'failing', version: '1.0.0' });
    const fail = () => {
      throw new Error('the database is away');
    };
    registry.resource('notes://one', { policy: fail, visibility: 'concealed' }, () => 'one');
    registry.resourceTemplate(
      'notes://of/{name}',
      { policy: fail, list: () => [{ uri: 'notes://of/ada' }] },
      () => 'one',
    );
    const server = new TestServer(registry);
    const outbox = new RecordingOutbox();
    const notifications = { resourceSubscriptions: ['notes://one'] };
    const listened = server.call(
      '2026-07-28',
      'subscriptions/listen',
      { notifications },
      { outbox, caller: callerWith() },
    );
    while (outbox.messages.length === 0) await new Promise(setImmediate);
    outbox.bringToEnd();
    await listened;
    expect(outbox.messages).toMatchObject([{ params: { notifications: {} } }]);
    const { body } = await server.call('2026-07-28', 'resources/list', {}, { caller: callerWith() });
    expect(body?.result?.['resources']).toEqual([]);
    expect(server.reports).toMatchObject([
      { method: 'subscriptions/listen', target: 'notes://one' },
      { method: 'resources/list', target: 'notes://one' },
      { method: 'resources/list', target: 'notes://of/{name}' },
    ]);
  });
});
