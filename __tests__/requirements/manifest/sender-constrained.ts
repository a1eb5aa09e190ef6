import type { RequirementsOf } from '../requirement.js';

const bound = (name: string) => ['http/access/dpop', `a token that is bound with DPoP ${name}`] as const;
const dpop = (name: string) => ['http/access/dpop', `DPoP ${name}`] as const;

export const rfc9449: RequirementsOf = {
  document: 'RFC 9449: DPoP',
  url: 'https://www.rfc-editor.org/rfc/rfc9449',
  requirements: [
    {
      id: 'rfc9449-4.3-1',
      section: '4.3 step 1',
      level: 'MUST',
      text: 'Accept no more than one DPoP header.',
      verifiedBy: [bound('is refused without a proof, and with two')],
    },
    {
      id: 'rfc9449-4.3-2',
      section: '4.3 step 2',
      level: 'MUST',
      text: 'Check that the proof is one well-formed JWT.',
      verifiedBy: [bound('is refused with a proof that is signed wrongly')],
    },
    {
      id: 'rfc9449-4.3-3',
      section: '4.3 step 3',
      level: 'MUST',
      text: 'Check that all claims are there that §4.2 demands.',
      verifiedBy: [bound('is refused with a proof for no identifier'), bound('is refused with a proof for no time')],
    },
    {
      id: 'rfc9449-4.3-4',
      section: '4.3 step 4',
      level: 'MUST',
      text: 'Check that typ is dpop+jwt.',
      verifiedBy: [bound('is refused with a proof that is signed wrongly')],
    },
    {
      id: 'rfc9449-4.3-5',
      section: '4.3 step 5',
      level: 'MUST',
      text: 'Check that the algorithm is asymmetric, not none, and accepted here.',
      verifiedBy: [
        bound('is refused with a proof that is signed wrongly'),
        bound('may be bound with any asymmetric algorithm'),
      ],
    },
    {
      id: 'rfc9449-4.3-6',
      section: '4.3 step 6',
      level: 'MUST',
      text: 'Verify the signature with the key in the header.',
      verifiedBy: [bound('is refused with a proof that is signed wrongly')],
    },
    {
      id: 'rfc9449-4.3-7',
      section: '4.3 step 7',
      level: 'MUST',
      text: 'Check that the key in the header is no private one.',
      verifiedBy: [bound('is refused with a proof that is signed wrongly')],
    },
    {
      id: 'rfc9449-4.3-8',
      section: '4.3 step 8',
      level: 'MUST',
      text: 'Check that htm is the method of the request.',
      verifiedBy: [bound('is refused with a proof for another method')],
    },
    {
      id: 'rfc9449-4.3-9',
      section: '4.3 step 9',
      level: 'MUST',
      text: 'Check that htu is the URL of the request, without query and fragment.',
      verifiedBy: [
        bound('is refused with a proof for another URL'),
        bound('is good with query and fragment in the URL'),
      ],
    },
    {
      id: 'rfc9449-4.3-normalise',
      section: '4.3',
      level: 'SHOULD',
      text: 'Normalise URLs before they are compared.',
      verifiedBy: [bound('is good with the URL in another case')],
    },
    {
      id: 'rfc9449-4.3-10',
      section: '4.3 step 10',
      level: 'MUST',
      text: 'Check the nonce where one was demanded.',
      verifiedBy: [dpop('can demand a nonce, which the client gets with the refusal')],
    },
    {
      id: 'rfc9449-4.3-11',
      section: '4.3 step 11',
      level: 'MUST',
      text: 'Check that the proof was made within an acceptable time.',
      verifiedBy: [
        bound('is refused with a proof for a time long ago'),
        bound('is refused with a proof for a time to come'),
      ],
    },
    {
      id: 'rfc9449-4.3-12',
      section: '4.3 step 12',
      level: 'MUST',
      text: 'Check that ath is the hash of the token, and that the token is bound to the key of the proof.',
      verifiedBy: [
        bound('is refused with a proof for another token'),
        bound('is refused with a good proof of another key'),
      ],
    },
    {
      id: 'rfc9449-7-unbound',
      section: '7.1',
      level: 'MUST',
      text: 'Refuse the DPoP scheme with a token that is not bound.',
      verifiedBy: [['http/access/dpop', 'a token that is not bound is no DPoP token']],
    },
    {
      id: 'rfc9449-7.1-challenge',
      section: '7.1',
      level: 'MUST',
      text: 'Challenge with the DPoP scheme, with the error, and with the algorithms that are accepted.',
      verifiedBy: [dpop('is offered to who sends nothing'), bound('is refused with a proof for another method')],
    },
    {
      id: 'rfc9449-7.2-downgrade',
      section: '7.2',
      level: 'MUST',
      text: 'Refuse a bound token that is sent as a Bearer token.',
      verifiedBy: [
        bound('is never taken as a Bearer token (supported)'),
        bound('is never taken as a Bearer token (off)'),
      ],
    },
    {
      id: 'rfc9449-8-nonce',
      section: '9',
      level: 'MUST',
      text: 'Answer a proof without the demanded nonce with 401, use_dpop_nonce and a new nonce.',
      verifiedBy: [dpop('can demand a nonce, which the client gets with the refusal')],
    },
    {
      id: 'rfc9449-8-unpredictable',
      section: '8',
      level: 'MUST NOT',
      text: 'Hand out nonces that can be predicted.',
      verifiedBy: [dpop('can demand a nonce, which the client gets with the refusal')],
    },
    {
      id: 'rfc9449-8.2-next',
      section: '8.2',
      level: 'SHOULD',
      text: 'Hand out a new nonce with an answer before the old one is refused.',
      verifiedBy: [dpop('hands out the next nonce before the old one ends')],
    },
    {
      id: 'rfc9449-11.1-replay',
      section: '11.1',
      level: 'SHOULD',
      text: 'Accept a proof only once in the time in which it is good.',
      verifiedBy: [bound('is refused when the proof was used before, at this process')],
    },
    {
      id: 'rfc9449-11.1-length',
      section: '11.1',
      level: 'SHOULD',
      text: 'Guard the memory against long identifiers.',
      verifiedBy: [
        bound('is refused with a proof for an endless identifier'),
        ['stores/memory-stores', 'a replay store refuses rather than forgets, and goes on when there is room again'],
      ],
    },
    {
      id: 'rfc9449-8-expose',
      section: '8',
      level: 'SHOULD',
      text: 'Let pages of allowed origins read the nonce.',
      verifiedBy: [['http/fields/cors', 'cors lets them read answers, refusals and challenges']],
    },
  ],
};

export const rfc9470: RequirementsOf = {
  document: 'RFC 9470: Step Up Authentication Challenge',
  url: 'https://www.rfc-editor.org/rfc/rfc9470',
  requirements: [
    {
      id: 'rfc9470-3-error',
      section: '3',
      level: 'MUST',
      text: 'Challenge with insufficient_user_authentication, and acr_values, max_age or both.',
      verifiedBy: [
        [
          'http/access/step-up-authentication',
          'a tool that needs a stronger sign-in (RFC 9470) asks once for the sign-in and every scope',
        ],
      ],
    },
    {
      id: 'rfc9470-3-scope',
      section: '3',
      level: 'SHOULD',
      text: 'Name the scopes in the same challenge when they are needed as well.',
      verifiedBy: [
        ['server/authorization/authorize', 'a sign-in that is weaker is asked for again, together with every scope'],
      ],
    },
    {
      id: 'rfc9470-6-claims',
      section: '6.1',
      level: 'MUST',
      text: 'Decide by acr and auth_time of the token, and take neither for granted when it is missing.',
      verifiedBy: [
        [
          'server/authorization/authorize',
          'a sign-in that is of unknown strength is asked for again, together with every scope',
        ],
        [
          'server/authorization/authorize',
          'a sign-in that is at an unknown time is asked for again, together with every scope',
        ],
      ],
    },
  ],
};

const metadata = (name: string) =>
  ['http/resource/protected-resource-metadata', `the protected resource metadata document ${name}`] as const;

export const rfc9728: RequirementsOf = {
  document: 'RFC 9728: OAuth 2.0 Protected Resource Metadata',
  url: 'https://www.rfc-editor.org/rfc/rfc9728',
  requirements: [
    {
      id: 'rfc9728-1.2-identifier',
      section: '1.2',
      level: 'MUST',
      text: 'Have a resource identifier with https and without fragment.',
      verifiedBy: [
        ['http/resource/configuration', 'mcpAuth refuses a resource without TLS and says what to write'],
        ['http/resource/configuration', 'mcpAuth refuses a resource with a fragment and says what to write'],
      ],
    },
    {
      id: 'rfc9728-1.2-query',
      section: '1.2',
      level: 'SHOULD NOT',
      text: 'Have a query in the resource identifier.',
      verifiedBy: [['http/resource/configuration', 'mcpAuth refuses a resource with a query and says what to write']],
    },
    {
      id: 'rfc9728-2-unsigned',
      section: '2',
      level: 'MUST NOT',
      text: 'Offer the algorithm none for anything that is signed.',
      verifiedBy: [
        metadata('can be signed (RFC 9728 §2.2)'),
        ['http/access/dpop', 'DPoP is announced in the metadata document (RFC 9728 §2)'],
      ],
    },
    {
      id: 'rfc9728-2.2-signed',
      section: '2.2',
      level: 'MUST',
      text: 'Sign signed_metadata, name who attests it in iss, and leave it out of itself.',
      verifiedBy: [metadata('can be signed (RFC 9728 §2.2)')],
    },
    {
      id: 'rfc9728-3-path',
      section: '3.1',
      level: 'MUST',
      text: 'Serve the document at the well-known path between host and path of the identifier.',
      verifiedBy: [
        metadata('of https://api.example.com/a/b is at /.well-known/oauth-protected-resource/a/b'),
        metadata('is at the well-known path made from the resource, and says where to sign in (RFC 9728 §3)'),
      ],
    },
    {
      id: 'rfc9728-3.1-get',
      section: '3.1',
      level: 'MUST',
      text: 'Answer GET.',
      verifiedBy: [metadata('answers HEAD, and nothing that would change it')],
    },
    {
      id: 'rfc9728-3.2-json',
      section: '3.2',
      level: 'MUST',
      text: 'Answer 200 with application/json and the members as JSON.',
      verifiedBy: [
        metadata('is at the well-known path made from the resource, and says where to sign in (RFC 9728 §3)'),
      ],
    },
    {
      id: 'rfc9728-3.2-empty',
      section: '3.2',
      level: 'MUST',
      text: 'Leave out members without values.',
      verifiedBy: [['oauth/issuer-verifier', 'protected resource metadata leaves out what is empty']],
    },
    {
      id: 'rfc9728-3.3-same',
      section: '3.3',
      level: 'MUST',
      text: 'Have exactly the identifier in `resource` that the well-known path was made from.',
      verifiedBy: [metadata('of https://api.example.com/a/b is at /.well-known/oauth-protected-resource/a/b')],
    },
    {
      id: 'rfc9728-5.1-parameter',
      section: '5.1',
      level: 'SHOULD',
      text: 'Point to the document with resource_metadata in the challenge.',
      verifiedBy: [
        [
          'http/endpoint/bad-input',
          'a bad token that is missing gets 401 without an error, with the scopes of the endpoint',
        ],
      ],
    },
    {
      id: 'rfc9728-7.1-tls',
      section: '7.1',
      level: 'MUST',
      text: 'Be reached over TLS.',
      verifiedBy: [['http/resource/configuration', 'mcpAuth refuses a resource without TLS and says what to write']],
    },
    {
      id: 'rfc9728-7.3-impersonation',
      section: '7.3',
      level: 'MUST NOT',
      text: 'Let a request decide what the document says.',
      verifiedBy: [metadata('ignores Host and forwarded headers, which anybody can write')],
    },
  ],
};
