import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { UriTemplate } from '../../../lib/registry/uri-template.js';
import { RunningEndpoint, closeEndpoints, jsonOf, streamOf } from '../../support/running-endpoint.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeEndpoints();
});

/** Templates that all begin alike. */
async function start(templates: number): Promise<RunningEndpoint> {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  for (let index = 0; index < templates; index++) {
    registry.resourceTemplate(`notes:///{owner}/${String(index)}/{+path}`, {}, () => 'a note');
  }
  return RunningEndpoint.start(registry);
}

const urisOf = (length: number) => Array.from({ length }, (_none, index) => `notes:///%61/${String(index)}/x`);

describe('a subscription to many URIs', () => {
  it.each([
    [100, 1000],
    [400, 250],
  ])('takes, with %i templates, at most %i', async (templates, most) => {
    const endpoint = await start(templates);
    const listen = (count: number) =>
      endpoint.modern('subscriptions/listen', { notifications: { resourceSubscriptions: urisOf(count) } });
    const refused = await listen(most + 1);
    expect((await jsonOf(refused)).error?.message).toBe(
      'Invalid params: notifications.resourceSubscriptions must be an array of at most ' +
        `${String(most)} strings${most === 1000 ? '' : ' on this server'}`,
    );
    const stream = streamOf(await listen(most));
    const { params } = (await stream.next()) as unknown as {
      params: { notifications: { resourceSubscriptions: string[] } };
    };
    expect(params.notifications.resourceSubscriptions).toHaveLength(Math.min(templates, most));
    await stream.cancel();
  });

  it('looks each of them up a fixed number of times for each template, and takes few of them apart', async () => {
    const endpoint = await start(400);
    const match = jest.spyOn(UriTemplate.prototype, 'match');
    const decoded = jest.spyOn(globalThis, 'decodeURIComponent');
    const response = await endpoint.modern('subscriptions/listen', {
      notifications: { resourceSubscriptions: urisOf(250) },
    });
    await response.body?.cancel();
    // As it was sent, in each of its spellings, and without empty segments.
    expect(match.mock.calls.length).toBeLessThanOrEqual(250 * 400 * 9);
    expect(decoded.mock.calls.length).toBeLessThanOrEqual(250 * 40);
  });
});
