import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Caller } from '../../../lib/server/authorization/caller.js';
import type { Holder } from '../../../lib/server/limits/principal-limit.js';
import { PrincipalLimit } from '../../../lib/server/limits/principal-limit.js';
import { createAuth } from '../../../lib/oauth/auth.js';

const hierarchy = { expand: (scopes: readonly string[]) => scopes };
const callers = ['', 'ada', 'grace', 'joan'].map((subject): Caller => {
  const verified = { subject, clientId: 'cli', scopes: [], issuer: 'https://login.example.com', claims: {} };
  const auth = createAuth(verified, { hierarchy, token: 'x' } as never);
  return { auth: subject === '' ? undefined : auth, endpoint: undefined };
});
const codes = { perPrincipal: 'too_many_bytes', together: 'server_busy' } as const;

describe('a limit', () => {
  it('gives to each principal, and to all, as much as it says, whatever is taken and released in which order', () => {
    const step = fc.record({ who: fc.nat(3), weight: fc.integer({ min: 1, max: 400 }), releases: fc.boolean() });
    const shares = fc.record({
      perPrincipal: fc.constantFrom(100, 300, 1000, Infinity),
      together: fc.constantFrom(500, 900, 3000, Infinity),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), shares, (steps, { perPrincipal, together }) => {
        const limit = new PrincipalLimit({ perPrincipal, together }, codes);
        const held: { who: number; holder: Holder }[] = [];
        const sumOf = (who?: number) =>
          held.reduce(
            (sum, each) => (who === undefined || each.who === who ? sum + (each.holder.weight ?? 1) : sum),
            0,
          );
        for (const { who, weight, releases } of steps) {
          const [first] = held;
          if (releases && first !== undefined) {
            limit.release(first.holder);
            held.shift();
            continue;
          }
          const caller = callers[who];
          if (caller === undefined) throw new Error('No such caller');
          const wanted = sumOf(who) + weight;
          const expected =
            wanted > perPrincipal ? 'too_many_bytes' : wanted > (together - sumOf()) / 2 ? 'server_busy' : undefined;
          expect(limit.lack({ caller }, weight)).toBe(expected);
          if (expected !== undefined) continue;
          const holder: Holder = { caller, weight: 0 };
          limit.take(holder);
          limit.resize(holder, weight);
          held.push({ who, holder });
          expect(limit.size).toBe(sumOf());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves room for one more, however many principals take as much as they get', () => {
    const limit = new PrincipalLimit({ perPrincipal: Infinity, together: 128 * 1024 * 1024 }, codes);
    const principal = (name: string): Caller => {
      const verified = { subject: name, clientId: 'cli', scopes: [], issuer: 'i', claims: {} };
      return { auth: createAuth(verified, { hierarchy, token: 'x' } as never), endpoint: undefined };
    };
    for (let index = 0; index < 1000; index++) {
      const holder: Holder = { caller: principal(String(index)), weight: 0 };
      limit.take(holder);
      for (let step = 4 * 1024 * 1024; step >= 1024; step /= 2) {
        while (limit.lack(holder, step) === undefined) limit.resize(holder, (holder.weight ?? 0) + step);
      }
    }
    expect(limit.size).toBeLessThan(128 * 1024 * 1024);
    expect(limit.lack({ caller: principal('honest') }, 1)).toBeUndefined();
  });
});
