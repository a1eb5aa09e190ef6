import { describe, expect, it } from '@jest/globals';
import { headerFields } from '../../lib/http/fields/repeated-fields.js';

const rawHeaders = ['Host', 'api.test', 'DPoP', 'one', 'X-Note', 'dpop', 'dpop', 'two'];

describe('headerFields', () => {
  it('gives every value of a field, however its name is written', () => {
    expect(headerFields({ rawHeaders }, 'dpop')).toEqual(['one', 'two']);
  });

  it('gives nothing for a field that was not sent, also when it is the value of another', () => {
    expect(headerFields({ rawHeaders: ['X-Note', 'dpop'] }, 'dpop')).toEqual([]);
  });
});
