// A handler writes to every member that it gets of its caller. Other requests see the members as they were, also with the same token.
import { expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { authOptions, challengeOf, issuer, modern, resource } from '../support/mcp-app.js';

type Members = Record<PropertyKey, unknown>;

/** Every member of an object, its getters and methods included. */
function membersOf(value: object): readonly PropertyKey[] {
  const keys = new Set<PropertyKey>(Reflect.ownKeys(value));
  let at = Object.getPrototypeOf(value) as object | null;
  // Up to Object.prototype, of whatever realm: its __proto__ would lead to what all objects share.
  while (at !== null && Object.getPrototypeOf(at) !== null) {
    for (const key of Reflect.ownKeys(at)) keys.add(key);
    at = Object.getPrototypeOf(at) as object | null;
  }
  keys.delete('constructor');
  return [...keys];
}

/** The result, or undefined where it throws: a member that refuses a write is as good as a copy. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** Writes to every member, however deep, and returns the number of members. */
function overwrite(value: object, seen = new Set<unknown>()): number {
  if (seen.has(value)) return 0;
  seen.add(value);
  let written = 0;
  for (const key of membersOf(value)) {
    const member = attempt(() => Reflect.get(value, key) as unknown);
    if (typeof member === 'object' && member !== null) written += overwrite(member, seen);
    attempt(() => Reflect.deleteProperty(value, key));
    attempt(() => Reflect.set(value, key, () => true));
    attempt(() => Reflect.defineProperty(value, key, { value: () => true }));
    written += 1;
  }
  attempt(() => (value as string[]).push('notes:admin'));
  attempt(() => (value as unknown as Set<string>).add('notes:admin'));
  attempt(() => Set.prototype.add.call(value as Set<unknown>, 'notes:admin'));
  attempt(() => Object.assign(value, { host: 'evil.example', a: 2 }));
  return written;
}

const shown = (auth: object | undefined): string => {
  const { resource: at, effectiveScopes, ...others } = auth as Members & { effectiveScopes: Iterable<string> };
  return JSON.stringify([others, String(at), [...effectiveScopes]]);
};

it('what a handler writes to every member of its caller is seen by no other request', async () => {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  const written: number[] = [];
  registry.tool('show', {}, (_args, ctx) => shown(ctx.auth));
  registry.tool('overwrite', {}, (_args, ctx) => {
    if (ctx.auth !== undefined) written.push(overwrite(ctx.auth), overwrite(ctx.auth.resource ?? {}));
    return 'done';
  });
  registry.tool('purge', { scopes: ['notes:admin'] }, () => 'purged');
  const app = express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
  const tokens = await Promise.all(
    ['ada', 'grace'].map((subject) => issuer.token({ subject, scope: 'notes:read', claims: { list: [{ a: 1 }] } })),
  );
  const call = async (token: string, name: string) =>
    modern(app, 'tools/call', { name }, { Authorization: `Bearer ${token}` });
  const seenBy = async () => Promise.all(tokens.map(async (token) => (await call(token, 'show')).text));
  const before = await seenBy();
  expect(before[0]).toContain('notes:read');
  expect(before[0]).toContain(resource);
  for (const token of tokens) expect((await call(token, 'overwrite')).status).toBe(200);
  expect(Math.min(...written)).toBeGreaterThan(5);
  expect(await seenBy()).toEqual(before);
  for (const token of tokens) {
    const refused = await call(token, 'purge');
    expect(refused.status).toBe(403);
    expect(challengeOf(refused)).toContain(`resource_metadata="https://api.example.com/`);
  }
});
