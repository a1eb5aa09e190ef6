import type { Requirement, RequirementsOf } from '../requirement.js';

const badInput = 'http/endpoint/bad-input';
const tokens = 'adversarial/tokens';
const metadata = (name: string) =>
  ['http/resource/protected-resource-metadata', `the protected resource metadata document ${name}`] as const;
const discovery = metadata('is at the well-known path made from the resource, and says where to sign in (RFC 9728 §3)');
const missing = [
  badInput,
  'a bad token that is missing gets 401 without an error, with the scopes of the endpoint',
] as const;
const lacking = [
  'http/access/scope-challenge',
  'a caller who lacks scopes gets 403 with one challenge that names them, and where to get them',
] as const;

/** Requirements for servers that all three revisions have in nearly the same words. */
function common(revision: string): readonly Requirement[] {
  const id = (name: string): string => `mcp-${revision}-${name}`;
  return [
    {
      id: id('prm'),
      section: 'Authorization Server Location',
      level: 'MUST',
      text: 'Implement protected resource metadata (RFC 9728).',
      verifiedBy: [discovery],
    },
    {
      id: id('authorization-servers'),
      section: 'Authorization Server Location',
      level: 'MUST',
      text: 'Name at least one authorization server in the document.',
      verifiedBy: [discovery, ['http/resource/configuration', 'mcpAuth refuses no issuer and says what to write']],
    },
    {
      id: id('401-header'),
      section: 'Authorization Server Location',
      level: 'MUST',
      text: 'Point to the document with WWW-Authenticate in a 401, or serve it at the well-known place; both are done.',
      verifiedBy: [missing, discovery],
    },
    {
      id: id('stdio'),
      section: 'Protocol Requirements',
      level: 'SHOULD NOT',
      text: 'Use this over stdio.',
      verifiedBy: [
        [
          'ancestor',
          'the ancestor’s behaviour on stdio a lacking scope falls back to resource-not-found, with the required scopes in the text',
        ],
      ],
    },
    {
      id: id('canonical'),
      section: 'Canonical Server URI',
      level: 'SHOULD',
      text: 'Use the form of the resource identifier without a slash at the end.',
      verifiedBy: [metadata('of https://api.example.com is at /.well-known/oauth-protected-resource')],
    },
    {
      id: id('every-request'),
      section: 'Token Requirements',
      level: 'MUST',
      text: 'Demand authorization in every HTTP request.',
      verifiedBy: [missing],
    },
    {
      id: id('query'),
      section: 'Token Requirements',
      level: 'MUST NOT',
      text: 'Take tokens from the query.',
      verifiedBy: [[badInput, 'a bad token in the query gets 400, also beside a good one in the header']],
    },
    {
      id: id('validate'),
      section: 'Token Handling',
      level: 'MUST',
      text: 'Validate access tokens as OAuth 2.1 §5.2 says, before a request is processed.',
      verifiedBy: [
        [tokens, 'a token that is a changed signature'],
        [tokens, 'forged claims with an end in the past'],
        [badInput, 'a bad message tells who may not call a tool nothing about its arguments'],
      ],
    },
    {
      id: id('audience'),
      section: 'Token Handling',
      level: 'MUST',
      text: 'Accept only tokens that were issued for this server.',
      verifiedBy: [
        [badInput, 'a bad token for another audience gets 401'],
        ['oauth/end-to-end', 'with oidc-provider a token for this resource is good, and one for another is not'],
      ],
    },
    {
      id: id('401'),
      section: 'Token Handling',
      level: 'MUST',
      text: 'Answer invalid and expired tokens with 401.',
      verifiedBy: [[badInput, 'a bad token that expired gets 401']],
    },
    {
      id: id('other-tokens'),
      section: 'Token Handling',
      level: 'MUST NOT',
      text: 'Accept any other tokens.',
      verifiedBy: [
        [badInput, 'a bad token of another issuer gets 401'],
        [badInput, 'a bad token that is an ID token gets 401'],
      ],
    },
    {
      id: id('passthrough'),
      section: 'Access Token Privilege Restriction',
      level: 'MUST NOT',
      text: 'Pass the token of the client on to other services.',
      notApplicable: 'The package calls no services with it; the docstring of `Auth.token` tells handlers not to.',
    },
    {
      id: id('status'),
      section: 'Error Handling',
      level: 'MUST',
      text: 'Answer with 401, 403 and 400 as the error is.',
      verifiedBy: [missing, lacking, [badInput, 'a bad token that is sent in two header fields gets 400']],
    },
    {
      id: id('tls'),
      section: 'Communication Security',
      level: 'MUST',
      text: 'Talk to authorization servers over https.',
      verifiedBy: [['http/resource/configuration', 'mcpAuth refuses an issuer without TLS and says what to write']],
    },
    {
      id: id('storage'),
      section: 'Token Theft',
      level: 'MUST',
      text: 'Store tokens securely.',
      verifiedBy: [['http/access/decisions', 'what the operator sees has no token in it']],
    },
  ];
}

/** Requirements that were added by 2025-11-25. */
function sinceStepUp(revision: string): readonly Requirement[] {
  const id = (name: string): string => `mcp-${revision}-${name}`;
  return [
    {
      id: id('scope-401'),
      section: 'Protected Resource Metadata Discovery',
      level: 'SHOULD',
      text: 'Name the scopes to ask for in the challenge of a 401.',
      verifiedBy: [missing],
    },
    {
      id: id('consistent'),
      section: 'Protected Resource Metadata Discovery',
      level: 'SHOULD',
      text: 'Choose the challenged scopes consistently.',
      verifiedBy: [
        [
          'oauth/properties',
          'every scope requirement asks for scopes that suffice, and for no more of the missing ones than any other way',
        ],
      ],
    },
    {
      id: id('runtime-403'),
      section: 'Runtime Insufficient Scope Errors',
      level: 'SHOULD',
      text: 'Answer a token that lacks scopes with 403, insufficient_scope, scope, resource_metadata and a description.',
      verifiedBy: [lacking],
    },
    {
      id: id('runtime-scope'),
      section: 'Runtime Insufficient Scope Errors',
      level: 'SHOULD',
      text: 'Name the scopes that the current request needs.',
      verifiedBy: [lacking],
    },
    {
      id: id('experience'),
      section: 'Runtime Insufficient Scope Errors',
      level: 'SHOULD',
      text: 'Consider what the choice of scopes means to the user: one challenge for everything that is needed.',
      verifiedBy: [
        [
          'http/access/scope-challenge',
          "the endpoint's own scopes, on Express 5 are asked for together with those of the tool when both middlewares stand in one line",
        ],
      ],
    },
  ];
}

const url = (revision: string): string =>
  `https://modelcontextprotocol.io/specification/${revision}/basic/authorization`;

export const mcp20250618: RequirementsOf = {
  document: 'MCP 2025-06-18: Authorization',
  url: url('2025-06-18'),
  requirements: common('2025-06-18'),
};

export const mcp20251125: RequirementsOf = {
  document: 'MCP 2025-11-25: Authorization',
  url: url('2025-11-25'),
  requirements: [...common('2025-11-25'), ...sinceStepUp('2025-11-25')],
};

export const mcp20260728: RequirementsOf = {
  document: 'MCP 2026-07-28: Authorization',
  url: url('2026-07-28'),
  requirements: [
    ...common('2026-07-28'),
    ...sinceStepUp('2026-07-28'),
    {
      id: 'mcp-2026-07-28-all-scopes',
      section: 'Runtime Insufficient Scope Errors',
      level: 'SHOULD',
      text: 'Put all scopes that the operation needs into one challenge.',
      verifiedBy: [
        [
          'server/authorization/authorize',
          "authorize names the endpoint's scopes and the item's in one error, also those that are held",
        ],
        ['server/authorization/authorize', 'authorize asks once for the scopes of all messages of a batch'],
      ],
    },
    {
      id: 'mcp-2026-07-28-hierarchies',
      section: 'Step-Up Authorization Flow',
      level: 'MUST',
      text: 'Account for scope hierarchies when deciding whether a token suffices.',
      verifiedBy: [
        ['http/access/scope-challenge', 'a caller who lacks scopes gets in with them, and with broader ones'],
        [
          'oauth/properties',
          'every scope hierarchy is a partial order: reflexive, transitive, and never in both directions',
        ],
      ],
    },
    {
      id: 'mcp-2026-07-28-offline-access',
      section: 'Refresh Tokens',
      level: 'SHOULD NOT',
      text: 'Name offline_access in challenges or in the metadata document.',
      verifiedBy: [
        ['oauth/scopes', 'a scope requirement "offline_access" is refused'],
        ['requirements/behaviour', 'offline_access is never in a challenge, also when the token holds it'],
      ],
    },
    {
      id: 'mcp-2026-07-28-issuer-identical',
      section: 'Authorization Server Metadata Discovery',
      level: 'MUST',
      text: 'Use metadata of an authorization server only when its issuer is identical to the one asked for.',
      verifiedBy: [['oauth/key-source', 'the metadata of an issuer is not used when it names another issuer']],
    },
  ],
};
