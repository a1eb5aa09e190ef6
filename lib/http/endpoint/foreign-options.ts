import type { ForeignNames } from '../../errors/assert-members.js';

const authAdvice = 'it into mcpAuth: app.use(mcpAuth({ … }), mcpRouter(registry))';
const sessionAdvice = 'sessions: true. Session ids are made for you';

/** Options of other libraries, and of `mcpAuth`, that people give to `mcpRouter`, and what to write instead. */
export const foreignRouterOptions: ForeignNames = {
  sessionIdGenerator: sessionAdvice,
  enableJsonResponse: 'nothing: an answer is JSON until a handler sends something before its result',
  eventStore: 'sessions: true; with several processes also stores: { events }, such as redisStores(client)',
  enableDnsRebindingProtection: 'nothing: it is on. allowedHosts and allowedOrigins say what else is allowed',
  onsessioninitialized: sessionAdvice,
  stateless: 'nothing: requests stand for themselves unless you write sessions: true',
  capabilities: 'nothing: the server tells clients what the registry has',
  endpoint: 'path: "/mcp"',
  timeout: 'timeoutMs: 300000',
  maxBodySize: 'maxBodyBytes: 4194304',
  bodyLimit: 'maxBodyBytes: 4194304',
  origins: 'allowedOrigins: ["https://app.example.com"]',
  resource: authAdvice,
  issuer: authAdvice,
  issuers: authAdvice,
  verifier: authAdvice,
  cors: authAdvice,
  requiredScopes: authAdvice,
  onDecision: authAdvice,
};
