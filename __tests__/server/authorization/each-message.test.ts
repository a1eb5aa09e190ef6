import { describe, expect, it, jest } from '@jest/globals';
import { InsufficientScopeError } from '../../../lib/errors/insufficient-scope-error.js';
import { InvalidTokenError } from '../../../lib/errors/invalid-token-error.js';
import { ProtocolError } from '../../../lib/errors/protocol-error.js';
import { UnauthorizedError } from '../../../lib/errors/unauthorized-error.js';
import { compileRequirement } from '../../../lib/oauth/scope-requirement.js';
import type { AccessDefinition } from '../../../lib/registry/access.js';
import { compileAccess } from '../../../lib/registry/access.js';
import {
  assertStillAllowed,
  authorizeAnyUse,
  authorizeEach,
  authorizeScopes,
} from '../../../lib/server/authorization/authorize.js';
import type { Caller } from '../../../lib/server/authorization/caller.js';
import type { Operation, OperationItem } from '../../../lib/server/authorization/operation.js';
import { authWith, callerWith, nobody } from '../../support/dispatching.js';

function itemOf(name: string, definition: AccessDefinition, args = {}): OperationItem {
  return {
    access: compileAccess(definition, `tool "${name}"`),
    target: { kind: 'tool', name },
    args,
    notFound: () => new ProtocolError('invalid_params', 'Unknown tool'),
  };
}

const operationOn = (name: string, definition: AccessDefinition): Operation => ({
  items: [itemOf(name, definition)],
  invoke: () => ({}),
});

const endpoint: NonNullable<Caller['endpoint']> = {
  requirement: compileRequirement(['mcp'], 'endpoint'),
  clockToleranceSeconds: 5,
};

async function errorOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

describe('authorizeEach', () => {
  const batch = [
    operationOn('open', {}),
    operationOn('read', { scopes: ['read'] }),
    operationOn('write', { scopes: ['write'] }),
  ];

  it('decides about each message alone where each can be answered', () => {
    const asked = jest.fn<(refused: readonly number[]) => boolean>(() => true);
    const decisions = authorizeEach(batch, callerWith('other'), asked);
    expect(asked.mock.calls).toEqual([[[1, 2]]]);
    expect(decisions).toMatchObject([
      { outcome: 'allowed' },
      { outcome: 'answered', error: { requiredScopes: ['read'], target: { kind: 'tool', name: 'read' } } },
      { outcome: 'answered', error: { requiredScopes: ['write'], target: { kind: 'tool', name: 'write' } } },
    ]);
  });

  it('throws one error for all where they cannot be', async () => {
    const error = await errorOf(() => authorizeEach(batch, callerWith('other'), () => Promise.resolve(false)));
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({ requiredScopes: ['read', 'write'] });
  });

  it('asks nothing where all are allowed, or a new sign-in comes first', async () => {
    const asked = jest.fn(() => true);
    expect(authorizeEach(batch, callerWith('read', 'write'), asked)).toHaveLength(3);
    expect(await errorOf(() => authorizeEach(batch, { auth: undefined, endpoint }, asked))).toBeInstanceOf(
      UnauthorizedError,
    );
    expect(asked).not.toHaveBeenCalled();
  });

  it('waits for policies that answer later', async () => {
    const later = operationOn('later', { policy: () => Promise.resolve('not today') });
    const decisions = await authorizeEach([later, batch[0] ?? later], callerWith(), () => true);
    expect(decisions).toMatchObject([
      { outcome: 'answered', error: { code: 'access_denied' } },
      { outcome: 'allowed' },
    ]);
  });
});

describe('authorizeScopes', () => {
  it('lets pass who holds them', () => {
    expect(() => {
      authorizeScopes(['a'], callerWith('a', 'b'));
    }).not.toThrow();
  });

  it("names them with the endpoint's, if there are any", async () => {
    expect(
      await errorOf(() => {
        authorizeScopes(['a'], nobody);
      }),
    ).toMatchObject({ requiredScopes: ['a'], target: { kind: 'endpoint' } });
    const caller = { auth: authWith(['mcp']), endpoint };
    expect(
      await errorOf(() => {
        authorizeScopes(['a'], caller);
      }),
    ).toMatchObject({ requiredScopes: ['mcp', 'a'] });
    expect(
      await errorOf(() => {
        authorizeScopes(['a'], { auth: undefined, endpoint });
      }),
    ).toBeInstanceOf(UnauthorizedError);
  });
});

describe('authorizeAnyUse', () => {
  it('lets pass who holds the scopes of the endpoint', () => {
    for (const caller of [{ auth: authWith(['mcp']), endpoint }, nobody]) {
      expect(() => {
        authorizeAnyUse(caller);
      }).not.toThrow();
    }
  });

  it('refuses others, and tokens that ended', async () => {
    expect(
      await errorOf(() => {
        authorizeAnyUse({ auth: authWith(['x']), endpoint });
      }),
    ).toMatchObject({ requiredScopes: ['mcp'] });
    const ended = { ...authWith(['mcp']), expiresAt: 1 };
    expect(
      await errorOf(() => {
        authorizeAnyUse({ auth: ended, endpoint });
      }),
    ).toBeInstanceOf(InvalidTokenError);
  });
});

describe('assertStillAllowed', () => {
  const failing = () => {
    throw new Error('the database is away');
  };

  it('asks nothing where nothing depends on the arguments', () => {
    expect(assertStillAllowed(itemOf('read', { scopes: ['read'] }), nobody)).toBeUndefined();
  });

  it.each<[string, AccessDefinition, string]>([
    ['scopes are lacking now', { scopes: () => ['read'] }, 'Insufficient scope for tool "x": requires read'],
    ['a policy refuses now', { policy: () => 'not that folder' }, 'not that folder'],
    ['a policy refuses a concealed item now', { policy: () => false, visibility: 'concealed' }, 'Unknown tool'],
    ['a policy cannot decide', { policy: failing }, 'the database is away'],
  ])('throws where %s', async (_what, definition, message) => {
    expect(await errorOf(() => assertStillAllowed(itemOf('x', definition), callerWith('other')))).toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  it('lets pass what is allowed still', () => {
    expect(assertStillAllowed(itemOf('x', { scopes: () => ['read'] }), callerWith('read'))).toBeUndefined();
  });
});
