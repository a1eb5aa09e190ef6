// Properties of all inputs, tried with thousands of them.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExpressMcpError } from '../../lib/errors/express-mcp-error.js';
import { findCredentials } from '../../lib/oauth/access-credentials.js';
import { buildChallenge } from '../../lib/oauth/challenge.js';
import type { ScopeHierarchyDefinition } from '../../lib/oauth/scope-hierarchy.js';
import { ScopeHierarchy } from '../../lib/oauth/scope-hierarchy.js';
import type { ScopeRequirement } from '../../lib/oauth/scope-requirement.js';
import { allOf, anyOf, compileRequirement, requireAll } from '../../lib/oauth/scope-requirement.js';
import { parseChallenges } from '../../lib/oauth/parse-challenges.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const scope = fc.constantFrom(...names);
const scopes = fc.subarray(names).map((held) => new Set(held));

const { requirement } = fc.letrec<{ requirement: ScopeRequirement }>((tie) => ({
  requirement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scope,
    fc.array(tie('requirement'), { maxLength: 3 }),
    fc.array(tie('requirement'), { maxLength: 3 }).map((each) => allOf(...each)),
    fc.array(tie('requirement'), { minLength: 1, maxLength: 3 }).map((each) => anyOf(...each)),
  ),
}));

/** The meaning of a requirement, in the simplest form. */
function holds(needed: ScopeRequirement, held: ReadonlySet<string>): boolean {
  if (typeof needed === 'string') return held.has(needed);
  if ('anyOf' in needed) return needed.anyOf.some((each) => holds(each, held));
  const all = 'allOf' in needed ? needed.allOf : needed;
  return all.every((each) => holds(each, held));
}

const compile = (needed: ScopeRequirement) => compileRequirement(needed, 'test');
const union = (...sets: readonly Iterable<string>[]): Set<string> => new Set(sets.flatMap((set) => [...set]));

describe('every scope requirement', () => {
  it('is satisfied by what satisfies its meaning', () => {
    fc.assert(
      fc.property(requirement, scopes, (needed, held) => {
        expect(compile(needed).isSatisfiedBy(held)).toBe(holds(needed, held));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays satisfied with more scopes', () => {
    fc.assert(
      fc.property(requirement, scopes, scopes, (needed, held, more) => {
        fc.pre(holds(needed, held));
        expect(compile(needed).isSatisfiedBy(union(held, more))).toBe(true);
      }),
    );
  });

  it('asks for scopes that suffice, and for no more of the missing ones than any other way', () => {
    fc.assert(
      fc.property(requirement, scopes, (needed, held) => {
        const compiled = compile(needed);
        const asked = compiled.scopesToAskFor(held);
        expect(compiled.isSatisfiedBy(union(held, asked))).toBe(true);
        expect(compiled.isSatisfiedBy(new Set(asked))).toBe(true);
        const missing = (set: readonly string[]) => set.filter((each) => !held.has(each)).length;
        const least = Math.min(...compiled.alternatives.map(missing));
        expect(missing(asked)).toBe(least);
      }),
      { numRuns: 1000 },
    );
  });

  it('has a normal form without anything superfluous', () => {
    fc.assert(
      fc.property(requirement, (needed) => {
        const { alternatives } = compile(needed);
        for (const alternative of alternatives) {
          expect(holds(needed, new Set(alternative))).toBe(true);
          for (const each of alternative) {
            expect(holds(needed, new Set(alternative.filter((other) => other !== each)))).toBe(false);
          }
        }
        const written = alternatives.map((each) => [...each].sort().join(' '));
        expect(new Set(written).size).toBe(written.length);
        expect(compile(anyOf(...alternatives)).alternatives).toEqual(alternatives);
      }),
    );
  });

  it('can be put together with others, and still asks for what suffices', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), scopes, (several, held) => {
        const together = requireAll(several.map(compile));
        expect(together.isSatisfiedBy(held)).toBe(several.every((needed) => holds(needed, held)));
        expect(together.isSatisfiedBy(union(held, together.scopesToAskFor(held)))).toBe(true);
      }),
    );
  });
});

describe('every scope hierarchy', () => {
  // Broader scopes come later in the alphabet, so that there are no cycles.
  const acyclic = fc.record(
    Object.fromEntries(names.map((name, index) => [name, fc.subarray(names.slice(0, index))])),
    { requiredKeys: [] },
  );

  it('is a partial order: reflexive, transitive, and never in both directions', () => {
    fc.assert(
      fc.property(acyclic, (definition) => {
        const hierarchy = new ScopeHierarchy(definition as ScopeHierarchyDefinition);
        const implies = (one: string, other: string) => hierarchy.expand([one]).has(other);
        for (const one of names) {
          expect(implies(one, one)).toBe(true);
          for (const other of names) {
            if (one !== other && implies(one, other)) expect(implies(other, one)).toBe(false);
            for (const third of names) {
              if (implies(one, other) && implies(other, third)) expect(implies(one, third)).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('adds what each scope implies, and takes nothing away', () => {
    fc.assert(
      fc.property(acyclic, fc.subarray(names), (definition, held) => {
        const hierarchy = new ScopeHierarchy(definition as ScopeHierarchyDefinition);
        expect(hierarchy.expand(held)).toEqual(union(...held.map((each) => hierarchy.expand([each]))));
      }),
    );
  });

  it('with a cycle is refused, however long the way around', () => {
    fc.assert(
      fc.property(fc.uniqueArray(scope, { minLength: 1 }), (ring) => {
        const definition = Object.fromEntries(
          ring.map((name, index) => [name, [ring[(index + 1) % ring.length] ?? name]]),
        );
        expect(() => new ScopeHierarchy(definition)).toThrow('is a cycle');
      }),
    );
  });
});

describe('every challenge', () => {
  // Any UTF-16, including halves of pairs, with special characters more often. fast-check's own strings of every character take seconds
  // to set up.
  const anything = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 60 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  );
  const printable = fc.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]*$/);

  it('has nothing in it that could end a string, a parameter or the header', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('realm', 'error', 'scope', 'error_description'), anything),
        (values) => {
          const challenge = buildChallenge('Bearer', values);
          expect(challenge).toMatch(/^Bearer(?: [a-z_]+="[^"\\]*"(?:, [a-z_]+="[^"\\]*")*)?$/);
          expect(challenge).toMatch(/^[\x20-\x7E]*$/);
          expect(parseChallenges(challenge).map(({ parameters }) => Object.keys(parameters))).toEqual([
            Object.keys(values),
          ]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('parses back to what was written, where RFC 6750 allows it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('realm', 'scope', 'error_description'), printable), (values) => {
        const several = [buildChallenge('Bearer', values), buildChallenge('DPoP', values)].join(', ');
        const parsed = parseChallenges(several);
        expect(parsed.map(({ scheme }) => scheme)).toEqual(['Bearer', 'DPoP']);
        for (const { parameters } of parsed) expect({ ...parameters }).toEqual({ ...values });
      }),
    );
  });
});

describe('every Authorization header', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{1,40}={0,2}$/);
  const inAnyCase = (text: string) =>
    fc
      .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
      .map((upper) => text.replace(/./g, (letter, at: number) => (upper[at] === true ? letter.toUpperCase() : letter)));

  it('is a token, no token, or one of our errors, and never anything else', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string().map((text) => `Bearer ${text}`),
          ),
          { maxLength: 2 },
        ),
        (authorization) => {
          try {
            const found = findCredentials({ authorization, inQuery: false }, ['Bearer', 'DPoP']);
            if (found !== undefined) expect(found.token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/);
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressMcpError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives back the token that was written into it', () => {
    const scheme = fc.oneof(
      inAnyCase('bearer').map((written) => ({ written, scheme: 'Bearer' })),
      inAnyCase('dpop').map((written) => ({ written, scheme: 'DPoP' })),
    );
    const spaces = fc.nat(3).map((count) => ' '.repeat(count));
    fc.assert(
      fc.property(scheme, token, spaces, ({ written, scheme: expected }, sent, more) => {
        const authorization = [`${more}${written} ${more}${sent}${more}`];
        expect(findCredentials({ authorization, inQuery: false }, ['Bearer', 'DPoP'])).toEqual({
          scheme: expected,
          token: sent,
        });
      }),
    );
  });
});
