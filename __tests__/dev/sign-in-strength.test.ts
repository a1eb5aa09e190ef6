import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { PersonStep } from '../../examples/notes/person.js';
import { Person } from '../../examples/notes/person.js';
import type { DevAuthorizationServer } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';
import { AuthorizationClient } from '../support/authorization-client.js';

const resource = 'http://localhost:4000/mcp';
const gold = 'urn:bank:gold';

let server: DevAuthorizationServer;
let client: AuthorizationClient;

beforeAll(async () => {
  server = await devAuthorizationServer({ resource, scopes: ['notes:read'], acrValues: [gold] });
  client = new AuthorizationClient(server.issuer, resource);
});

afterAll(async () => {
  await server.close();
});

const claimsOf = (tokens: Readonly<Record<string, unknown>>) => decodeJwt(String(tokens['access_token']));

describe('a stronger or fresher sign-in (RFC 9470)', () => {
  it('is asked for on a page of its own, and stands in the token, also after a refresh', async () => {
    const steps: PersonStep[] = [];
    const person = new Person({ name: 'ada', onStep: (step) => steps.push(step) });
    const clientId = await client.registerId();
    const plain = await client.authorize({ clientId, scope: 'notes:read', person });
    expect(claimsOf(plain.tokens)['acr']).toBeUndefined();
    steps.length = 0;
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read', person, more: { acr_values: gold } });
    expect(steps.map(({ title }) => title)).toEqual(['Confirm that it is you', 'Go on?']);
    expect(steps[0]?.html).toContain(gold);
    expect(claimsOf(tokens)).toMatchObject({ acr: gold, sub: 'ada', scope: 'notes:read' });
    const refreshed = await client.token({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(tokens['refresh_token']),
    });
    expect(claimsOf(refreshed)).toMatchObject({ acr: gold, auth_time: claimsOf(tokens)['auth_time'] });
  });

  it('makes the sign-in as recent as max_age demands', async () => {
    const person = new Person({ name: 'ada' });
    const clientId = await client.registerId();
    const before = claimsOf((await client.authorize({ clientId, scope: 'notes:read', person })).tokens)['auth_time'];
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read', person, more: { max_age: '1' } });
    expect(Number(claimsOf(tokens)['auth_time'])).toBeGreaterThan(Number(before));
  });

  it('is refused when none of the classes can be reached', async () => {
    const clientId = await client.registerId();
    const { callback } = await client.authorize({ clientId, scope: 'notes:read', more: { acr_values: 'urn:other' } });
    expect(callback.get('error')).toBe('unmet_authentication_requirements');
  });

  it('is published in the metadata, with client ID metadata documents and client credentials', async () => {
    const { body } = await client.fetchJson('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({ acr_values_supported: [gold], client_id_metadata_document_supported: true });
    expect(body['grant_types_supported']).toContain('client_credentials');
  });

  it('is not what a service of its own needs: client credentials bring a token for the resource', async () => {
    const { client_id: id, client_secret: secret } = await client.register({
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const basic = Buffer.from(`${String(id)}:${String(secret)}`).toString('base64');
    const parameters = { grant_type: 'client_credentials', scope: 'notes:read', resource };
    const tokens = await client.token(parameters, { authorization: `Basic ${basic}` });
    expect(claimsOf(tokens)).toMatchObject({ aud: resource, sub: id, client_id: id, scope: 'notes:read' });
  });
});
