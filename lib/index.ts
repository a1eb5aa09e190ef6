export { mcpAuth } from './express/mcp-auth.js';
export type { AccessDecision, DecisionListener } from './http/resource/access-decision.js';
export type { McpAuth } from './express/mcp-auth.js';
export type { AuthStores, CacheOptions, McpAuthOptions } from './http/resource/auth-options.js';
export { fromJwtBearer, fromSdkAuth } from './http/resource/app-authentication.js';
export type { Authenticate, AuthenticatedRequest } from './http/resource/authenticated-request.js';
export type { IntrospectionOptions, IssuerFunction, IssuerOptions } from './http/resource/issuer-options.js';
export { introspectionVerifier, jwtVerifier } from './http/resource/issuer-verifiers.js';
export { mcpReadiness } from './express/mcp-readiness.js';
export type { McpReadinessOptions, ReadinessSource } from './express/mcp-readiness.js';
export type { DependencyStatus, Readiness } from './http/endpoint/readiness.js';
export { mcpRouter } from './express/mcp-router.js';
export type { McpRouter } from './express/mcp-router.js';
export type { RefusalFacts, RefusalForm, Refusals } from './http/access/refused-calls.js';
export type { LimitOptions } from './http/endpoint/router-limits.js';
export type { McpRouterOptions, SessionOptions, TaskOptions } from './http/endpoint/router-options.js';
export type { RouterStores } from './http/endpoint/router-stores.js';
export type { PageClient } from './http/page/client-guides.js';
export type { PageOptions } from './http/page/page-options.js';
export { mcpScopes } from './express/mcp-scopes.js';
export type { McpScopesOptions } from './express/mcp-scopes.js';
export type { NamedAccess, NamedAccessMap } from './registry/named-access.js';
export { mcpErrorHandler } from './express/mcp-error-handler.js';
export type { ErrorMiddleware, McpErrorHandlerOptions } from './express/mcp-error-handler.js';
export type { ProtectOptions, RouteRequirement } from './express/protect.js';
export { mcpListener } from './express/mcp-listener.js';
export { createRegistry } from './express/create-registry.js';
export type { ExpressRequest } from './express/express-request.js';
export { getAuth } from './http/access/get-auth.js';
export type { HostedRequest, Middleware, Next } from './http/fields/hosted-request.js';

export type { AnyRegistry } from './registry/any-registry.js';
export type { Registry } from './registry/registry.js';
export type { RegistryOptions } from './registry/registry-options.js';
export type { CallMiddleware, MiddlewareCall, NextHandler } from './registry/call-middleware.js';
export type { IncludeOptions } from './registry/include-registry.js';
export type { ItemHandle, TemplateHandle } from './registry/item-handle.js';
export type { ServerInfo } from './registry/catalog.js';
export type { CallContext, ClientFacts } from './registry/call-context.js';
export { InputRequired } from './registry/input-required.js';
export type { InputNeeds, InputRequest, InputResponses } from './registry/input-required.js';
export type { LogLevel } from './registry/log-level.js';
export type { AuthenticationDefinition } from './registry/authentication.js';
export type { AccessDefinition, Policy, PolicyQuestion, ScopeFunction, Visibility } from './registry/access.js';
export type { Eventually } from './promises/and-then.js';
export type { ScopeHierarchyDefinition } from './oauth/scope-hierarchy.js';
export type { ToolAnnotations, ToolArguments, ToolDefinition, ToolHandler, ToolReturn } from './registry/tool.js';
export type { TaskDefinition, TaskSupport } from './registry/task-support.js';
export type { PromptArgument, PromptArguments } from './registry/prompt-arguments.js';
export type { PromptDefinition, PromptHandler, PromptReturn } from './registry/prompt.js';
export type { ResourceDefinition, ResourceReader, ResourceReturn } from './registry/resource.js';
export type { ListedResource, ResourceTemplateDefinition, TemplateReader } from './registry/resource-template.js';
export type { TemplateVariables } from './registry/template-variables.js';
export type { SkillDefinition } from './registry/skill.js';
export type { ExtensionDefinition, ExtensionMethodDefinition } from './registry/extension.js';
export type { CompletionFunction, Suggestions } from './registry/completion.js';
export type { InferSchema, JsonSchema, SchemaDefinition } from './registry/schemas/infer-schema.js';
export type { StandardSchema } from './registry/schemas/standard-schema.js';
export type {
  Annotations,
  AudioContent,
  CallToolResult,
  ContentBlock,
  EmbeddedResource,
  GetPromptResult,
  Icon,
  ImageContent,
  PromptMessage,
  ReadResourceResult,
  ResourceContents,
  ResourceLink,
  TextContent,
} from './registry/content.js';

export { allOf, anyOf } from './oauth/scope-requirement.js';
export type { AllOf, AnyOf, ScopeRequirement } from './oauth/scope-requirement.js';
export type { Auth } from './oauth/auth.js';
export type { ClaimMapping, Claims } from './oauth/claim-mapping.js';
export type { ResourceDescription } from './oauth/protected-resource-metadata.js';
export { revokeTokens } from './oauth/revocation.js';
export type { Revocable } from './oauth/revocation.js';
export type { DpopMode } from './oauth/sender-constraint.js';
export { apiKeyVerifier } from './oauth/api-key-verifier.js';
export type { ApiKeyOwner, ApiKeyVerifier, ApiKeyVerifierOptions } from './oauth/api-key-verifier.js';
export type { AccessTokenMark } from './oauth/access-token-kind.js';
export { ClaimMismatchError } from './oauth/claim-mismatch-error.js';
export type { KeySet } from './oauth/key-set.js';
export type { TokenVerdict, TokenVerifier, VerifiedToken } from './oauth/token-verifier.js';

export { memoryEventLog } from './stores/event-log.js';
export type { EventLog, EventLogLimits, EventsAfter, LoggedEvent } from './stores/event-log.js';
export { memoryMessageBus } from './stores/message-bus.js';
export type { MessageBus, MessageListener } from './stores/message-bus.js';
export { memorySessionStore } from './stores/session-store.js';
export type { SessionFields, SessionQuota, SessionStore, SessionStoreLimits } from './stores/session-store.js';
export { memoryTaskStore } from './stores/memory-task-store.js';
export type { TaskStoreLimits } from './stores/memory-task-store.js';
export type { NewTask, StoredTask, TaskChange, TaskLease, TaskStore, TaskVersion } from './stores/task-store.js';
export { memoryReplayStore } from './stores/replay-store.js';
export type { ReplayStore } from './stores/replay-store.js';
export { memoryRevocationStore } from './stores/revocation-store.js';
export type { RevocationStore } from './stores/revocation-store.js';

export { AccessDeniedError } from './errors/access-denied-error.js';
export { ConfigurationError } from './errors/configuration-error.js';
export type { ConfigurationErrorCode } from './errors/configuration-error.js';
export { DpopNonceRequiredError } from './errors/dpop-nonce-required-error.js';
export { ExpressMcpError } from './errors/express-mcp-error.js';
export type { ErrorCode } from './errors/error-table.js';
export { InsufficientAuthenticationError } from './errors/insufficient-authentication-error.js';
export type {
  AuthenticationRequirement,
  InsufficientAuthenticationFacts,
} from './errors/insufficient-authentication-error.js';
export { InsufficientScopeError } from './errors/insufficient-scope-error.js';
export type { InsufficientScopeFacts, RefusedTarget } from './errors/insufficient-scope-error.js';
export { InvalidDpopProofError } from './errors/invalid-dpop-proof-error.js';
export { InvalidRequestError } from './errors/invalid-request-error.js';
export { InvalidTokenError } from './errors/invalid-token-error.js';
export { LimitError } from './errors/limit-error.js';
export type { LimitErrorCode, LimitFacts } from './errors/limit-error.js';
export { ProtocolError } from './errors/protocol-error.js';
export type { ProtocolErrorCode, ProtocolErrorDetails } from './errors/protocol-error.js';
export { ServerError } from './errors/server-error.js';
export { TemporarilyUnavailableError } from './errors/temporarily-unavailable-error.js';
export { ToolError } from './errors/tool-error.js';
export { UnauthorizedError } from './errors/unauthorized-error.js';

export type {
  CallListener,
  CallOutcome,
  CallRecord,
  CallTraceContext,
  SessionRecord,
} from './server/calls/call-record.js';
export type { Problem, ProblemCode, ProblemListener } from './http/resource/problem.js';
export type { EndpointStats } from './server/calls/endpoint-stats.js';
export type { ErrorReport, ErrorReporter } from './server/reporting/report-error.js';
export type { ProtocolVersion } from './server/revisions/revision.js';
