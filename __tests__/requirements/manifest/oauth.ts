import type { RequirementsOf } from '../requirement.js';

const badInput = 'http/endpoint/bad-input';
const tokens = 'adversarial/tokens';
const challenge403 = [
  'http/access/scope-challenge',
  'a caller who lacks scopes gets 403 with one challenge that names them, and where to get them',
] as const;

export const rfc6750: RequirementsOf = {
  document: 'RFC 6750: Bearer Token Usage',
  url: 'https://www.rfc-editor.org/rfc/rfc6750',
  requirements: [
    {
      id: 'rfc6750-2.1-support',
      section: '2.1',
      level: 'MUST',
      text: 'Take tokens from the Authorization header with the Bearer scheme.',
      verifiedBy: [['oauth/access-credentials', 'the access token of a request is found in "Bearer abc"']],
    },
    {
      id: 'rfc6750-2-one-method',
      section: '2',
      level: 'MUST NOT',
      text: 'Let a client send the token in more than one way in one request.',
      verifiedBy: [
        [badInput, 'a bad token in the query gets 400, also beside a good one in the header'],
        [badInput, 'a bad token that is sent in two header fields gets 400'],
      ],
    },
    {
      id: 'rfc6750-2.3-query',
      section: '2.3',
      level: 'SHOULD NOT',
      text: 'Take tokens from the query.',
      verifiedBy: [[badInput, 'a bad token in the query gets 400, also beside a good one in the header']],
    },
    {
      id: 'rfc6750-2.2-form',
      section: '2.2',
      level: 'SHOULD NOT',
      text: 'Take tokens from a form body, except where nothing else works.',
      verifiedBy: [['http/endpoint/message-body', 'a message as application/x-www-form-urlencoded gets 415']],
    },
    {
      id: 'rfc6750-3-challenge',
      section: '3',
      level: 'MUST',
      text: 'Answer a request without usable credentials with WWW-Authenticate and the Bearer scheme.',
      verifiedBy: [
        [badInput, 'a bad token that is missing gets 401 without an error, with the scopes of the endpoint'],
      ],
    },
    {
      id: 'rfc6750-3-characters',
      section: '3',
      level: 'MUST NOT',
      text: 'Write characters into scope, error and error_description that these attributes do not allow.',
      verifiedBy: [
        ['oauth/properties', 'every challenge has nothing in it that could end a string, a parameter or the header'],
        [tokens, 'scopes of a wrong kind cannot break the challenge that names them'],
      ],
    },
    {
      id: 'rfc6750-3-once',
      section: '3',
      level: 'MUST NOT',
      text: 'Repeat realm, scope or error in one challenge.',
      verifiedBy: [challenge403],
    },
    {
      id: 'rfc6750-3-error',
      section: '3',
      level: 'SHOULD',
      text: 'Say with the error attribute why a request with a token was declined.',
      verifiedBy: [[badInput, 'a bad token that expired gets 401'], challenge403],
    },
    {
      id: 'rfc6750-3.1-invalid-request',
      section: '3.1',
      level: 'SHOULD',
      text: 'Answer a malformed request with 400 and invalid_request.',
      verifiedBy: [[badInput, 'a bad token that is sent in two header fields gets 400']],
    },
    {
      id: 'rfc6750-3.1-invalid-token',
      section: '3.1',
      level: 'SHOULD',
      text: 'Answer an expired, revoked or malformed token with 401 and invalid_token.',
      verifiedBy: [
        [badInput, 'a bad token that expired gets 401'],
        [badInput, 'a bad token that is malformed gets 401'],
        [
          'http/access/revocation',
          'revocation of the token counts at once, also for a token that was verified and remembered before',
        ],
      ],
    },
    {
      id: 'rfc6750-3.1-insufficient-scope',
      section: '3.1',
      level: 'SHOULD',
      text: 'Answer a token that lacks scopes with 403 and insufficient_scope.',
      verifiedBy: [challenge403],
    },
    {
      id: 'rfc6750-3.1-no-error',
      section: '3.1',
      level: 'SHOULD NOT',
      text: 'Say an error code or other information when no credentials were sent.',
      verifiedBy: [
        [badInput, 'a bad token that is missing gets 401 without an error, with the scopes of the endpoint'],
        [tokens, 'an Authorization header of another scheme'],
      ],
    },
    {
      id: 'rfc6750-5.2-validate',
      section: '5.2',
      level: 'MUST',
      text: 'Check the integrity of tokens and that they were meant for this resource.',
      verifiedBy: [
        [tokens, 'a token that is a changed signature'],
        [badInput, 'a bad token for another audience gets 401'],
      ],
    },
    {
      id: 'rfc6750-5.3-tls',
      section: '5.3',
      level: 'MUST',
      text: 'Be reached over TLS.',
      verifiedBy: [['http/resource/configuration', 'mcpAuth refuses a resource without TLS and says what to write']],
    },
    {
      id: 'rfc6750-2.3-cache',
      section: '2.3',
      level: 'SHOULD',
      text: 'Keep answers out of shared caches.',
      verifiedBy: [['ancestor', 'the ancestor’s behaviour every answer has the security headers']],
    },
  ],
};

const introspects = (name: string) => ['oauth/introspection-verifier', `introspection ${name}`] as const;

export const rfc7662: RequirementsOf = {
  document: 'RFC 7662: Token Introspection',
  url: 'https://www.rfc-editor.org/rfc/rfc7662',
  requirements: [
    {
      id: 'rfc7662-2.1-post',
      section: '2.1',
      level: 'MUST',
      text: 'Ask with POST and form parameters, with the token as `token`.',
      verifiedBy: [introspects('tells who the token is for and what it may')],
    },
    {
      id: 'rfc7662-2.1-authorized',
      section: '2.1',
      level: 'MUST',
      text: 'Authenticate to the introspection endpoint.',
      verifiedBy: [
        introspects('tells who the token is for and what it may'),
        introspects('can be authenticated with a private key'),
      ],
    },
    {
      id: 'rfc7662-2.2-active',
      section: '2.2',
      level: 'MUST',
      text: 'Take a token for good only when the boolean `active` is true.',
      verifiedBy: [
        introspects('refuses a token that is not active'),
        introspects('cannot decide while the endpoint answers with a text for a boolean'),
      ],
    },
    {
      id: 'rfc7662-4-tls',
      section: '4',
      level: 'MUST',
      text: 'Ask over TLS.',
      verifiedBy: [['http/resource/configuration', 'mcpAuth refuses introspection without TLS and says what to write']],
    },
    {
      id: 'rfc7662-4-expiry',
      section: '4',
      level: 'MUST NOT',
      text: 'Use a cached answer beyond the end of the token.',
      verifiedBy: [
        ['oauth/caching-verifier', 'the cache of verified tokens never remembers a token longer than it lives'],
      ],
    },
    {
      id: 'rfc7662-4-cache',
      section: '4',
      level: 'SHOULD',
      text: 'Keep the time short in which a revoked token is still taken.',
      verifiedBy: [
        ['oauth/opaque-tokens', 'an opaque token that was revoked is refused as soon as the cache forgets it'],
      ],
    },
    {
      id: 'rfc7662-4-audience',
      section: '4',
      level: 'SHOULD',
      text: 'Check for itself that the token is meant for it and not over.',
      verifiedBy: [
        introspects('refuses a token that is for another resource'),
        introspects('refuses a token that expired'),
      ],
    },
  ],
};

const certificate = (name: string) =>
  ['http/access/certificate-bound', `a token that is bound to a client certificate (RFC 8705) ${name}`] as const;

export const rfc8705: RequirementsOf = {
  document: 'RFC 8705: Certificate-Bound Access Tokens',
  url: 'https://www.rfc-editor.org/rfc/rfc8705',
  requirements: [
    {
      id: 'rfc8705-3-verify',
      section: '3',
      level: 'MUST',
      text: 'Check that the certificate of the client is the one that the token is bound to.',
      verifiedBy: [certificate('is good on a TLS connection on which its certificate was shown, and on no other')],
    },
    {
      id: 'rfc8705-3-reject',
      section: '3',
      level: 'MUST',
      text: 'Answer a certificate that does not match, or none, with 401 and invalid_token.',
      verifiedBy: [certificate('is refused with another certificate'), certificate('is refused with nothing')],
    },
    {
      id: 'rfc8705-3.1-thumbprint',
      section: '3.1',
      level: 'MUST',
      text: 'Compare by the SHA-256 thumbprint of the DER encoding in `x5t#S256`.',
      verifiedBy: [certificate('is good with the certificate that the proxy writes as RFC 9440 says')],
    },
    {
      id: 'rfc8705-6.5-proxy',
      section: '6.5',
      level: 'MUST',
      text: 'Take a certificate from a header only when a trusted proxy writes it.',
      verifiedBy: [certificate('is refused with a header that nobody said a proxy writes')],
    },
  ],
};

const signature = (name: string) => ['oauth/jwt-verifier', `the signature of an access token ${name}`] as const;

export const rfc8725: RequirementsOf = {
  document: 'RFC 8725: JWT Best Current Practices',
  url: 'https://www.rfc-editor.org/rfc/rfc8725',
  requirements: [
    {
      id: 'rfc8725-3.1-algorithms',
      section: '3.1',
      level: 'MUST',
      text: 'Accept only algorithms that were chosen beforehand, and use each key with one algorithm only.',
      verifiedBy: [
        signature('must be by an algorithm that is accepted here, whatever the key can do'),
        [tokens, 'a forged header with PS256 by a key that is for RS256'],
      ],
    },
    {
      id: 'rfc8725-3.2-none',
      section: '3.2',
      level: 'MUST NOT',
      text: 'Accept tokens without a signature.',
      verifiedBy: [
        [tokens, 'a forged header with alg none'],
        [tokens, 'a forged header with alg nOnE with a signature'],
      ],
    },
    {
      id: 'rfc8725-2.1-confusion',
      section: '2.1',
      level: 'MUST NOT',
      text: 'Take a public key for a shared secret.',
      verifiedBy: [[tokens, 'a forged header with HS256 with the public key as secret']],
    },
    {
      id: 'rfc8725-3.3-all',
      section: '3.3',
      level: 'MUST',
      text: 'Reject the whole token when one of its cryptographic operations fails.',
      verifiedBy: [
        [tokens, 'a token that is a changed signature'],
        [tokens, 'a token that is changed claims'],
      ],
    },
    {
      id: 'rfc8725-3.8-issuer',
      section: '3.8',
      level: 'MUST',
      text: 'Check that the key belongs to the issuer, and that the subject is one of that issuer’s.',
      verifiedBy: [['oauth/issuer-verifier', 'several issuers do not vouch for one another']],
    },
    {
      id: 'rfc8725-3.9-audience',
      section: '3.9',
      level: 'MUST',
      text: 'Check the audience, and reject a token that names another.',
      verifiedBy: [
        [tokens, 'forged claims with an aud that goes on'],
        [tokens, 'forged claims with no aud'],
      ],
    },
    {
      id: 'rfc8725-3.10-claims',
      section: '3.10',
      level: 'MUST NOT',
      text: 'Trust what is received, such as kid in a lookup, or jku and x5u as places to fetch keys from.',
      verifiedBy: [
        signature('is not looked for where the token itself says'),
        [tokens, 'a forged header with a kid that is SQL'],
        [tokens, 'a forged header with another key, at a jku'],
      ],
    },
    {
      id: 'rfc8725-3.11-typ',
      section: '3.11',
      level: 'SHOULD',
      text: 'Tell kinds of JWT apart by an explicit type.',
      verifiedBy: [
        [tokens, 'a forged header with typ of a logout token'],
        [tokens, 'a forged header with typ of a DPoP proof'],
      ],
    },
    {
      id: 'rfc8725-3.12-exclusive',
      section: '3.12',
      level: 'MUST',
      text: 'Have rules by which no other kind of JWT of the same issuer is accepted.',
      verifiedBy: [
        [tokens, 'forged claims of a token without a type of its own, with a nonce'],
        [tokens, 'forged claims of a token without a type of its own, with events'],
      ],
    },
    {
      id: 'rfc8725-3.6-compression',
      section: '3.6',
      level: 'SHOULD NOT',
      text: 'Decompress what an encrypted token holds.',
      verifiedBy: [signature('is not to be found in an encrypted token')],
    },
    {
      id: 'rfc8725-3.7-utf8',
      section: '3.7',
      level: 'MUST',
      text: 'Use UTF-8.',
      verifiedBy: [[tokens, 'a forged header with a header that is no JSON']],
    },
  ],
};

export const rfc9068: RequirementsOf = {
  document: 'RFC 9068: JWT Profile for Access Tokens',
  url: 'https://www.rfc-editor.org/rfc/rfc9068',
  requirements: [
    {
      id: 'rfc9068-4-typ',
      section: '4',
      level: 'MUST',
      text: 'Check that typ is at+jwt or application/at+jwt. (Tokens typed JWT or not at all are taken as well, as issuers older than the RFC write them, and then told apart from other kinds by their claims.)',
      verifiedBy: [
        [tokens, 'a forged header with typ application/at+jwt'],
        [tokens, 'a forged header with typ of an authorization request'],
        [badInput, 'a bad token that is an ID token gets 401'],
      ],
    },
    {
      id: 'rfc9068-4-encrypted',
      section: '4',
      level: 'MUST',
      text: 'Reject a token that is not encrypted where encryption was agreed on.',
      notApplicable: 'Encrypted access tokens are not supported; there is nothing to agree on.',
    },
    {
      id: 'rfc9068-4-iss',
      section: '4',
      level: 'MUST',
      text: 'Check that iss is exactly the identifier of the authorization server.',
      verifiedBy: [
        [tokens, 'forged claims with an iss with a slash at the end'],
        [badInput, 'a bad token of another issuer gets 401'],
      ],
    },
    {
      id: 'rfc9068-4-aud',
      section: '4',
      level: 'MUST',
      text: 'Check that aud has the identifier of this resource.',
      verifiedBy: [
        [tokens, 'forged claims with an aud that is a prefix'],
        [tokens, 'forged claims with an aud among several'],
      ],
    },
    {
      id: 'rfc9068-4-signature',
      section: '4',
      level: 'MUST',
      text: 'Check the signature with keys that the authorization server published, and reject alg none.',
      verifiedBy: [signature('must be by a key of the issuer'), signature('must be there: alg none is refused')],
    },
    {
      id: 'rfc9068-4-exp',
      section: '4',
      level: 'MUST',
      text: 'Reject a token after exp; a small tolerance is allowed.',
      verifiedBy: [
        [tokens, 'forged claims with an end in the past'],
        [tokens, 'forged claims with an end just within the tolerance'],
      ],
    },
    {
      id: 'rfc9068-4-error',
      section: '4',
      level: 'MUST',
      text: 'Answer a token that fails any of it with invalid_token as RFC 6750 §3.1 says.',
      verifiedBy: [[tokens, 'forged claims with no end']],
    },
    {
      id: 'rfc9068-4-scope',
      section: '4',
      level: 'SHOULD',
      text: 'Use the scopes of the token to decide about a request.',
      verifiedBy: [challenge403],
    },
    {
      id: 'rfc9068-6-privacy',
      section: '6',
      level: 'SHOULD NOT',
      text: 'Treat the token as opaque to clients and keep it out of logs.',
      verifiedBy: [['http/access/decisions', 'what the operator sees has no token in it']],
    },
  ],
};

export const rfc9110: RequirementsOf = {
  document: 'RFC 9110 §11 and §15: HTTP Authentication and status codes',
  url: 'https://www.rfc-editor.org/rfc/rfc9110',
  requirements: [
    {
      id: 'rfc9110-11.1-case',
      section: '11.1',
      level: 'MUST',
      text: 'Take the name of the scheme in any case.',
      verifiedBy: [['oauth/properties', 'every Authorization header gives back the token that was written into it']],
    },
    {
      id: 'rfc9110-11.6.1-401',
      section: '11.6.1',
      level: 'MUST',
      text: 'Send WWW-Authenticate with at least one challenge in every 401.',
      verifiedBy: [
        [badInput, 'a bad token that is missing gets 401 without an error, with the scopes of the endpoint'],
        [badInput, 'a bad token that expired gets 401'],
      ],
    },
    {
      id: 'rfc9110-11.6.1-several',
      section: '11.6.1',
      level: 'MUST',
      text: 'Separate several challenges so that each can be read.',
      verifiedBy: [['http/access/dpop', 'DPoP is offered to who sends nothing']],
    },
    {
      id: 'rfc9110-11.2-quoted',
      section: '11.2',
      level: 'MUST',
      text: 'Quote the values of parameters that are no tokens.',
      verifiedBy: [['oauth/properties', 'every challenge parses back to what was written, where RFC 6750 allows it']],
    },
    {
      id: 'rfc9110-11.6.2-one',
      section: '11.6.2',
      level: 'MUST NOT',
      text: 'Take a list of credentials for one.',
      verifiedBy: [
        [tokens, 'an Authorization header with a list'],
        [tokens, 'an Authorization header twice'],
      ],
    },
    {
      id: 'rfc9110-15.5.6-allow',
      section: '15.5.6',
      level: 'MUST',
      text: 'Name the allowed methods in a 405.',
      verifiedBy: [['http/endpoint/message-body', 'methods get gets 405 with Allow']],
    },
    {
      id: 'rfc9110-15.6.4-retry',
      section: '15.6.4',
      level: 'SHOULD',
      text: 'Answer what cannot be decided for the moment with 503, and say when to try again.',
      verifiedBy: [
        [
          badInput,
          'a bad token cannot be told from a good one while the authorization server is unreachable: 503, not 401 or 500',
        ],
      ],
    },
  ],
};
