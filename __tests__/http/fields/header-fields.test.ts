import { describe, expect, it } from '@jest/globals';
import { headerFields } from '../../../lib/http/fields/repeated-fields.js';

const rawHeaders = ['Host', 'api.test', 'DPoP', 'one', 'X-Note', 'dpop', 'dpop', 'two'];

describe('headerFields', () => {
  it('gives every value of a field, however its name is written', () => {
    expect(headerFields({ headers: { dpop: 'one' }, rawHeaders }, 'dpop')).toEqual(['one', 'two']);
  });

  it('gives nothing for a field that was not sent, also when it is the value of another', () => {
    expect(headerFields({ headers: { 'x-note': 'dpop' }, rawHeaders: ['X-Note', 'dpop'] }, 'dpop')).toEqual([]);
  });

  it('reads headers where an adapter leaves rawHeaders empty, as serverless-http does', () => {
    expect(headerFields({ headers: { authorization: 'Bearer t' }, rawHeaders: [] }, 'authorization')).toEqual([
      'Bearer t',
    ]);
  });

  it('gives what middleware in front has put into headers instead of what was sent', () => {
    const sent = { headers: { authorization: 'Bearer theirs' }, rawHeaders: ['Authorization', 'Basic eA=='] };
    expect(headerFields(sent, 'authorization')).toEqual(['Bearer theirs']);
  });

  it('gives nothing of a field that middleware in front has deleted', () => {
    expect(headerFields({ headers: {}, rawHeaders: ['Authorization', 'Bearer t'] }, 'authorization')).toEqual([]);
  });
});
