import type { RequirementsOf } from '../requirement.js';

const discovery = (name: string) => ['oauth/issuer-discovery', `the metadata of an issuer ${name}`] as const;
const exchanged = (name: string) => ['upstream/token-exchange', `a token in place of the caller’s ${name}`] as const;
const refusal = (name: string) => ['upstream/token-exchange', `a refusal of the authorization server ${name}`] as const;
const hostile = (name: string) => ['upstream/token-exchange', `an answer that must not be used ${name}`] as const;
const document = (name: string) =>
  ['dev/client-metadata-document', `a client ID metadata document on this machine ${name}`] as const;

/** Requirements for a resource server as a reader of metadata: the places of keys and introspection. */
export const rfc8414: RequirementsOf = {
  document: 'RFC 8414: Authorization Server Metadata',
  url: 'https://www.rfc-editor.org/rfc/rfc8414',
  requirements: [
    {
      id: 'rfc8414-3.1-get',
      section: '3.1',
      level: 'MUST',
      text: 'Ask for the metadata with GET at the well-known path, which goes between host and path of the issuer.',
      verifiedBy: [
        discovery('with a path of several parts is looked for behind and in front of all of it'),
        discovery('is asked for as JSON'),
      ],
    },
    {
      id: 'rfc8414-3.3-issuer',
      section: '3.3',
      level: 'MUST',
      text: 'Use no metadata whose issuer is not exactly the issuer that it was asked for.',
      verifiedBy: [
        discovery('says what is wrong with it in each place'),
        discovery('may name the server, or the issuer of its access tokens'),
      ],
    },
    {
      id: 'rfc8414-2-unknown',
      section: '2',
      level: 'MUST',
      text: 'Ignore members that are not understood.',
      verifiedBy: [discovery('is searched for the member that is needed, and no other member decides')],
    },
    {
      id: 'rfc8414-6.1-tls',
      section: '6.1',
      level: 'MUST',
      text: 'Fetch metadata over TLS and check whom the certificate is for.',
      verifiedBy: [['oauth/key-source', 'a URL http://login.example.com is trusted with keys and tokens: false']],
    },
    {
      id: 'rfc8414-2-publish',
      section: '2',
      level: 'MUST',
      text: 'Publish the members that the authorization server must have.',
      notApplicable: 'The package is no authorization server; that for development is oidc-provider.',
    },
  ],
};

/** Requirements for a server that exchanges its caller's token for one of another API. */
export const rfc8693: RequirementsOf = {
  document: 'RFC 8693: Token Exchange',
  url: 'https://www.rfc-editor.org/rfc/rfc8693',
  requirements: [
    {
      id: 'rfc8693-2.1-request',
      section: '2.1',
      level: 'MUST',
      text: 'Send grant_type, subject_token and subject_token_type as a form.',
      verifiedBy: [exchanged('is asked for as RFC 8693 says, and serves at the upstream API for the same subject')],
    },
    {
      id: 'rfc8693-2.1-actor',
      section: '2.1',
      level: 'MUST NOT',
      text: 'Send actor_token_type without actor_token.',
      verifiedBy: [exchanged('is asked for as RFC 8693 says, and serves at the upstream API for the same subject')],
    },
    {
      id: 'rfc8693-2.1-client',
      section: '2.1',
      level: 'SHOULD',
      text: 'Authenticate as a client, so that a stolen token alone is exchanged for nothing.',
      verifiedBy: [
        exchanged('is asked for by a client with a private key, whose assertions are good once each'),
        ['upstream/token-exchange-options', 'tokenExchange refuses a client without a proof'],
      ],
    },
    {
      id: 'rfc8693-2.2.1-issued-type',
      section: '2.2.1',
      level: 'MUST',
      text: 'Take only an answer that says by issued_token_type what was issued.',
      verifiedBy: [
        hostile('is one with no issued_token_type'),
        hostile('is one with an id_token by its issued_token_type'),
      ],
    },
    {
      id: 'rfc8693-2.2.1-token-type',
      section: '2.2.1',
      level: 'MUST',
      text: 'Use the token as its token_type says, and N_A not as an access token.',
      verifiedBy: [hostile('is one with no access token'), hostile('is one with a DPoP token')],
    },
    {
      id: 'rfc8693-2.2.1-scope',
      section: '2.2.1',
      level: 'MUST',
      text: 'Heed the scope of the answer where it is not what was asked for.',
      verifiedBy: [hostile('is one with more scopes in the answer'), hostile('is one with more scopes in the token')],
    },
    {
      id: 'rfc8693-2.2.2-errors',
      section: '2.2.2',
      level: 'MUST',
      text: 'Understand invalid_request as a subject token that is not valid or not acceptable.',
      verifiedBy: [
        refusal('by rfc8693 with invalid_request is 401, so that the client signs in again'),
        refusal('of this server itself (invalid_target) is told to operators, and not to the caller'),
      ],
    },
    {
      id: 'rfc8693-5-subject',
      section: '5',
      level: 'SHOULD',
      text: 'Make sure that the token stays that of its subject and goes to nobody else.',
      verifiedBy: [hostile('is one with another subject'), exchanged('is of one caller only')],
    },
  ],
};

/**
 * Clients that are identified by the URL of a document: the authorization server fetches it, a resource server only reads the URL in
 * tokens.
 */
export const clientIdMetadataDocument: RequirementsOf = {
  document: 'OAuth Client ID Metadata Document',
  url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/',
  requirements: [
    {
      id: 'cimd-3-identifier',
      section: '3',
      level: 'MUST',
      text: 'Take the URL of the document as the identifier of the client, character by character, also in tokens.',
      verifiedBy: [document('is fetched, its name is shown with its host, and the token names its URL as the client')],
    },
    {
      id: 'cimd-4-match',
      section: '4',
      level: 'MUST',
      text: 'Use no document whose client_id is another than its URL.',
      verifiedBy: [document('that names another client is refused')],
    },
    {
      id: 'cimd-6-display',
      section: '6',
      level: 'SHOULD',
      text: 'Show the host of the identifier beside the name that the document gives.',
      verifiedBy: [document('is fetched, its name is shown with its host, and the token names its URL as the client')],
    },
    {
      id: 'cimd-5-announce',
      section: '5',
      level: 'SHOULD',
      text: 'Announce client_id_metadata_document_supported where documents are taken.',
      verifiedBy: [
        [
          'dev/sign-in-strength',
          'a stronger or fresher sign-in (RFC 9470) is published in the metadata, with client ID metadata documents and client credentials',
        ],
      ],
    },
    {
      id: 'cimd-6-fetch',
      section: '6',
      level: 'SHOULD',
      text: 'Fetch no document from special-use addresses.',
      notApplicable:
        'The resource server fetches none. oidc-provider does for the development server, which takes documents of this machine only by loopback names.',
    },
  ],
};
