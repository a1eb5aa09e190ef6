import { describe, expect, it } from '@jest/globals';
import { InsufficientScopeError } from '../../lib/errors/insufficient-scope-error.js';
import { withoutStack } from '../../lib/errors/without-stack.js';

const refusal = (): InsufficientScopeError => new InsufficientScopeError({ requiredScopes: ['notes:write'] });

describe('an error without a stack', () => {
  it('says what it is, and nothing of where it was made', () => {
    const error = withoutStack(refusal);
    expect(error.stack).not.toContain('\n    at ');
    expect(error.message).toBe('Insufficient scope for this endpoint: requires notes:write');
    expect(refusal().stack).toContain('\n    at ');
  });

  it('leaves other errors theirs, also when making it fails', () => {
    const { stackTraceLimit } = Error;
    expect(() =>
      withoutStack(() => {
        throw new TypeError('failed');
      }),
    ).toThrow(TypeError);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    expect(new Error('later').stack).toContain('\n    at ');
  });
});
