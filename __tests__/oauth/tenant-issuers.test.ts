import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { VersionedVerifier } from '../../lib/oauth/caching-verifier.js';
import { TenantIssuers, tenantLimits } from '../../lib/oauth/tenant-issuers.js';

const verifierOf = (clientId: string): VersionedVerifier => ({
  version: 0,
  verify: () => ({ clientId, scopes: [], claims: {} }),
});

let asked: string[];

/** Tenants whose names begin with `t`. */
function tenants(more: Partial<typeof tenantLimits> = {}) {
  return new TenantIssuers(
    (issuer) => {
      asked.push(issuer);
      return issuer.startsWith('t') ? verifierOf(issuer) : undefined;
    },
    { ...tenantLimits, ...more },
  );
}

beforeEach(() => {
  asked = [];
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('an issuer that is looked up', () => {
  it('is asked about once, also by many at the same time', async () => {
    const directory = tenants();
    const [one, another] = await Promise.all([directory.find('t1'), directory.find('t1')]);
    expect(one).toBe(another);
    expect(await directory.find('t1')).toBe(one);
    expect(await directory.find('t2')).not.toBe(one);
    expect(asked).toEqual(['t1', 't2']);
    expect(directory.accepted).toEqual([]);
  });

  it('is asked about once when it is not accepted, until half a minute later', async () => {
    const directory = tenants();
    expect(await directory.find('x')).toBeUndefined();
    jest.setSystemTime(Date.now() + 29_000);
    expect(await directory.find('x')).toBeUndefined();
    expect(asked).toEqual(['x']);
    jest.setSystemTime(Date.now() + 1000);
    expect(await directory.find('x')).toBeUndefined();
    expect(asked).toEqual(['x', 'x']);
  });

  it('is asked about again after an hour', async () => {
    const directory = tenants();
    await directory.find('t1');
    jest.setSystemTime(Date.now() + 3_599_000);
    await directory.find('t1');
    expect(asked).toEqual(['t1']);
    jest.setSystemTime(Date.now() + 1000);
    await directory.find('t1');
    expect(asked).toEqual(['t1', 't1']);
  });

  it('is not pushed out by invented ones', async () => {
    const directory = tenants({ entries: 2 });
    const known = await directory.find('t1');
    for (let count = 0; count < 10; count += 1) await directory.find(`invented-${String(count)}`);
    expect(await directory.find('t1')).toBe(known);
    for (const issuer of ['t2', 't3']) await directory.find(issuer);
    expect(await directory.find('t1')).not.toBe(known);
  });

  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
  ])('is not remembered when the function %s', async (_what, fail) => {
    let isDown = true;
    const directory = new TenantIssuers((issuer) => (isDown ? fail() : verifierOf(issuer)));
    await expect(directory.find('t1')).rejects.toThrow('no database');
    isDown = false;
    expect(await directory.find('t1')).toBeDefined();
  });

  it('is not waited for longer than five seconds', async () => {
    const directory = new TenantIssuers(() => new Promise(() => undefined));
    const found = expect(directory.find('t1')).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      cause: { message: 'The function issuers did not answer in time' },
    });
    await new Promise(setImmediate);
    jest.advanceTimersByTime(5000);
    await found;
  });

  it('is refused at once when too many are waited for', async () => {
    const directory = new TenantIssuers(() => new Promise(() => undefined), {
      ...tenantLimits,
      pending: 2,
      timeoutMs: 10,
    });
    const waiting = Promise.allSettled([directory.find('t1'), directory.find('t2')]);
    expect(() => directory.find('t3')).toThrow(expect.objectContaining({ code: 'temporarily_unavailable' }));
    await new Promise(setImmediate);
    jest.advanceTimersByTime(10);
    await waiting;
    const again = expect(directory.find('t3')).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    await new Promise(setImmediate);
    jest.advanceTimersByTime(10);
    await again;
  });
});
