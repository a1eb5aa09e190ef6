import type { AccessScheme } from '../../oauth/access-credentials.js';
import type { AuthMaker } from '../../oauth/auth.js';
import type { GatheredRevocations } from '../../oauth/gathered-revocations.js';
import type { SenderConstraint } from '../../oauth/sender-constraint.js';
import type { TrustedVerifier } from '../../oauth/token-verifier.js';
import type { Turns } from '../../promises/turns.js';
import type { EndpointPolicy } from '../../server/authorization/caller.js';
import type { DecisionCounts } from '../../server/authorization/decision-counts.js';
import type { ErrorReporter } from '../../server/reporting/report-error.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { RevocationStore } from '../../stores/revocation-store.js';
import type { AllowedOrigins } from '../fields/origins.js';
import type { DecisionListener } from './access-decision.js';
import type { ProblemListener } from './problem.js';
import type { ProblemLog } from './problem-log.js';
import type { AppAuthentication } from './app-authentication.js';

/** A protected MCP endpoint, with all that `mcpAuth` works out when it is called. */
export interface ProtectedResource {
  /** The resource identifier, as clients know it. */
  readonly identifier: string;
  readonly url: URL;
  /** Whether its host is this machine. */
  readonly isLocal: boolean;
  /** Path of the endpoint as requests to this app have it. */
  readonly path: string;
  /** Path of the metadata document as requests to this app have it. */
  readonly metadataPath: string;
  /** Public URL of the metadata document; never made from parts of a request. */
  readonly metadataUrl: string;
  /** The metadata document, ready to be sent; made once, when it is first asked for. */
  readonly metadataJson: () => Promise<string>;
  /** Identifiers of the authorization servers, as the metadata document names them. */
  readonly authorizationServers: readonly string[];
  readonly realm: string | undefined;
  readonly requiredScopes: readonly string[];
  readonly policy: EndpointPolicy;
  /** Scopes that a challenge with 401 also asks for. */
  readonly challengeScopes: readonly string[];
  /** Scopes that a first sign-in brings, with those that they imply; undefined if the app set what to ask for. */
  readonly firstScopes: ReadonlySet<string> | undefined;
  /** Whether a challenge for missing scopes also names those that the token has. */
  readonly challengedScopes: 'needed' | 'needed-and-held';
  /** Makes callers of verified tokens. */
  readonly callers: AuthMaker;
  readonly verifier: TrustedVerifier;
  /** Set if the app authenticates callers; then the verifier is not used. */
  readonly application: AppAuthentication | undefined;
  /** Characters that a token may have. */
  readonly maxTokenLength: number;
  /** The schemes by which tokens are accepted; each gets a challenge. */
  readonly schemes: readonly AccessScheme[];
  readonly challenges: readonly AccessScheme[];
  readonly algorithms: readonly string[];
  readonly senderConstraint: SenderConstraint;
  /** Name of the header field that has the client's certificate, in lower case; undefined for the TLS connection. */
  readonly clientCertificateHeader: string | undefined;
  readonly replay: ReplayStore | undefined;
  readonly revocation: RevocationStore | undefined;
  /** The same for open streams, which are checked all at once. */
  readonly revocationOfStreams: GatheredRevocations | undefined;
  /** Order in which the tokens of open streams are verified again. */
  readonly recheckTurns: Turns;
  readonly allowAnonymous: boolean;
  readonly onDecision: DecisionListener | undefined;
  /** Counts of the guard's refusals. */
  readonly decisions: DecisionCounts;
  /** Receives errors that are hidden from callers; undefined if the app set none. */
  readonly onError: ErrorReporter | undefined;
  /** Receives problems; undefined if the app set none. */
  readonly onProblem: ProblemListener | undefined;
  readonly problems: ProblemLog;
  /** The scopes that the authorization servers list, with those that they imply; undefined if that is not known. */
  readonly offeredScopes: () => ReadonlySet<string> | undefined;
  readonly cors: AllowedOrigins | undefined;
}
