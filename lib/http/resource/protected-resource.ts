import type { AccessScheme } from '../../oauth/access-credentials.js';
import type { GatheredRevocations } from '../../oauth/gathered-revocations.js';
import type { ScopeHierarchy } from '../../oauth/scope-hierarchy.js';
import type { SenderConstraint } from '../../oauth/sender-constraint.js';
import type { TokenVerifier } from '../../oauth/token-verifier.js';
import type { EndpointPolicy } from '../../server/authorization/caller.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { RevocationStore } from '../../stores/revocation-store.js';
import type { AllowedOrigins } from '../fields/origins.js';
import type { DecisionListener } from './access-decision.js';

/** A protected MCP endpoint, with everything about it worked out when `mcpAuth` is called. */
export interface ProtectedResource {
  /** The resource identifier, as clients know it. */
  readonly identifier: string;
  readonly url: URL;
  /** Path of the endpoint as requests to this app have it. */
  readonly path: string;
  /** Path of the metadata document as requests to this app have it. */
  readonly metadataPath: string;
  /** Public URL of the metadata document; never made from anything that a request says. */
  readonly metadataUrl: string;
  /** The metadata document, ready to be sent; made once, when it is first asked for. */
  readonly metadataJson: () => Promise<string>;
  /** Identifiers of the authorization servers, as the metadata document names them. */
  readonly authorizationServers: readonly string[];
  readonly realm: string | undefined;
  readonly requiredScopes: readonly string[];
  readonly policy: EndpointPolicy;
  readonly hierarchy: ScopeHierarchy;
  readonly verifier: TokenVerifier;
  /** The schemes by which tokens are taken, and one challenge each is made for. */
  readonly schemes: readonly AccessScheme[];
  readonly challenges: readonly AccessScheme[];
  readonly algorithms: readonly string[];
  readonly senderConstraint: SenderConstraint;
  /** Name of the header field that has the client's certificate, in lower case; undefined for the TLS connection. */
  readonly clientCertificateHeader: string | undefined;
  readonly replay: ReplayStore | undefined;
  readonly revocation: RevocationStore | undefined;
  /** The same, for streams that are looked at all at once. */
  readonly revocationOfStreams: GatheredRevocations | undefined;
  readonly allowAnonymous: boolean;
  readonly onDecision: DecisionListener | undefined;
  readonly cors: AllowedOrigins | undefined;
}
