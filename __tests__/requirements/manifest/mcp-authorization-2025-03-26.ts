import type { Requirement, RequirementsOf } from '../requirement.js';
import { badInput } from './mcp-tests.js';

const asServer =
  'In this revision the MCP server is an authorization server as well. Here that is another product: its own standards bind it, and clients of this revision find it when it is at the origin of the endpoint.';

const missing = badInput('a bad token that is missing gets 401 without an error, with the scopes of the endpoint');

const resourceServer: readonly Requirement[] = [
  {
    id: 'conform',
    section: 'Protocol Requirements',
    level: 'SHOULD',
    text: 'Authorize over HTTP as the page says.',
    verifiedBy: [missing],
  },
  {
    id: 'stdio',
    section: 'Protocol Requirements',
    level: 'SHOULD NOT',
    text: 'Do so over stdio.',
    verifiedBy: [
      ['stdio/serve-stdio', 'serveStdio lets whoever started it use what the scopes allow, the hierarchy considered'],
    ],
  },
  {
    id: 'other-transports',
    section: 'Protocol Requirements',
    level: 'MUST',
    text: 'Follow the best practices of other transports.',
    notApplicable: 'There are none.',
  },
  {
    id: 'oauth-2.1',
    section: 'Overview',
    level: 'MUST',
    text: 'Implement OAuth 2.1, as a resource server.',
    verifiedBy: [
      ['oauth/end-to-end', 'with oidc-provider a token for this resource is good, and one for another is not'],
      missing,
    ],
  },
  {
    id: '401',
    section: 'Basic OAuth 2.1 Authorization',
    level: 'MUST',
    text: 'Answer 401 while authorization is needed and not shown.',
    verifiedBy: [missing],
  },
  {
    id: 'usage',
    section: 'Token Requirements',
    level: 'MUST',
    text: 'Take tokens as OAuth 2.1 §5 says.',
    verifiedBy: [['oauth/access-credentials', 'the access token of a request is found in "Bearer abc"']],
  },
  {
    id: 'every-request',
    section: 'Token Requirements',
    level: 'MUST',
    text: 'Demand authorization in every request.',
    verifiedBy: [missing],
  },
  {
    id: 'query',
    section: 'Token Requirements',
    level: 'MUST NOT',
    text: 'Take tokens from the query.',
    verifiedBy: [badInput('a bad token in the query gets 400, also beside a good one in the header')],
  },
  {
    id: 'validate',
    section: 'Token Handling',
    level: 'MUST',
    text: 'Validate tokens as OAuth 2.1 §5.2 says.',
    verifiedBy: [
      ['adversarial/tokens', 'a token that is a changed signature'],
      badInput('a bad token for another audience gets 401'),
    ],
  },
  {
    id: 'errors',
    section: 'Token Handling',
    level: 'MUST',
    text: 'Answer as OAuth 2.1 §5.3 says when that fails.',
    verifiedBy: [badInput('a bad token of another issuer gets 401')],
  },
  {
    id: 'expired',
    section: 'Token Handling',
    level: 'MUST',
    text: 'Answer 401 to invalid and expired tokens.',
    verifiedBy: [badInput('a bad token that expired gets 401')],
  },
  {
    id: 'expiry',
    section: 'Security Considerations',
    level: 'SHOULD',
    text: 'Let tokens end when they end.',
    verifiedBy: [['adversarial/tokens', 'forged claims with an end in the past']],
  },
  {
    id: 'https',
    section: 'Security Considerations',
    level: 'MUST',
    text: 'Talk to authorization servers over https.',
    verifiedBy: [['http/resource/configuration', 'mcpAuth refuses an issuer without TLS and says what to write']],
  },
  {
    id: 'status',
    section: 'Error Handling',
    level: 'MUST',
    text: 'Answer with 401, 403 and 400 as the error is.',
    verifiedBy: [
      missing,
      [
        'http/access/scope-challenge',
        'a caller who lacks scopes gets 403 with one challenge that names them, and where to get them',
      ],
      badInput('a bad token that is sent in two header fields gets 400'),
    ],
  },
  {
    id: 'practices',
    section: 'Implementation Requirements',
    level: 'MUST',
    text: 'Follow the best practices of OAuth 2.1.',
    verifiedBy: [['adversarial/tokens', 'a forged header with alg none']],
  },
];

const authorizationServer = (
  [
    ['registration', 'Overview', 'SHOULD', 'Register clients dynamically (RFC 7591).'],
    ['metadata', 'Overview', 'SHOULD', 'Publish metadata (RFC 8414).'],
    ['default-schema', 'Overview', 'MUST', 'Have the endpoints at their default places otherwise.'],
    ['grants', 'OAuth Grant Types', 'SHOULD', 'Support the grants that fit the audience.'],
    ['metadata-follow', 'Server Metadata Discovery', 'SHOULD', 'Follow RFC 8414.'],
    ['fallback', 'Server Metadata Discovery', 'MUST', 'Answer at the fallback URLs where there is no metadata.'],
    ['base-url', 'Authorization Base URL', 'MUST', 'Be found at the origin of the MCP server.'],
    ['metadata-place', 'Authorization Base URL', 'MUST', 'Have the metadata at the well-known place there.'],
    [
      'default-paths',
      'Fallbacks for Servers without Metadata Discovery',
      'MUST',
      'Use the default paths of the endpoints.',
    ],
    ['dynamic', 'Dynamic Client Registration', 'SHOULD', 'Support RFC 7591.'],
    ['rotation', 'Security Considerations', 'SHOULD', 'Rotate tokens.'],
    ['redirects', 'Security Considerations', 'MUST', 'Check redirect URIs.'],
    ['redirects-https', 'Security Considerations', 'MUST', 'Allow localhost and https as redirect URIs only.'],
    ['pkce', 'Implementation Requirements', 'MUST', 'Demand PKCE.'],
    ['rotate', 'Implementation Requirements', 'SHOULD', 'Rotate tokens.'],
    ['lifetimes', 'Implementation Requirements', 'SHOULD', 'Limit how long tokens live.'],
    [
      'third-party-mapping',
      'Session Binding Requirements',
      'MUST',
      'Map tokens of third parties to one’s own securely.',
    ],
    [
      'third-party-status',
      'Session Binding Requirements',
      'MUST',
      'Check the token of the third party before one’s own is honoured.',
    ],
    ['third-party-lifecycle', 'Session Binding Requirements', 'MUST', 'Manage the life of tokens.'],
    ['third-party-renewal', 'Session Binding Requirements', 'MUST', 'Renew tokens of third parties.'],
    [
      'third-party-security',
      'Third-Party Security Considerations',
      'MUST',
      'Check redirect URIs, store credentials securely, end sessions in time, mind chains of tokens, and handle errors.',
    ],
  ] as const
).map(([id, section, level, text]): Requirement => ({ id, section, level, text, notApplicable: asServer }));

export const mcp20250326: RequirementsOf = {
  document: 'MCP 2025-03-26: Authorization',
  url: 'https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization',
  requirements: [...resourceServer, ...authorizationServer].map((requirement) => ({
    ...requirement,
    id: `mcp-2025-03-26-auth-${requirement.id}`,
  })),
};
