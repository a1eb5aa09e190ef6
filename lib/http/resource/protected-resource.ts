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

/** A protected MCP endpoint, with everything about it worked out when `mcpAuth` is called. */
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
  /** Public URL of the metadata document; never made from anything that a request says. */
  readonly metadataUrl: string;
  /** The metadata document, ready to be sent; made once, when it is first asked for. */
  readonly metadataJson: () => Promise<string>;
  /** Identifiers of the authorization servers, as the metadata document names them. */
  readonly authorizationServers: readonly string[];
  readonly realm: string | undefined;
  readonly requiredScopes: readonly string[];
  readonly policy: EndpointPolicy;
  /** Scopes that a challenge with 401 asks for, too. */
  readonly challengeScopes: readonly string[];
  /** What a first sign-in brings, the hierarchy considered; undefined if the app said what to ask for. */
  readonly firstScopes: ReadonlySet<string> | undefined;
  /** Whether a challenge for missing scopes names those that the token has. */
  readonly challengedScopes: 'needed' | 'needed-and-held';
  /** Makes callers of verified tokens. */
  readonly callers: AuthMaker;
  readonly verifier: TrustedVerifier;
  /** Given when the app tells who is calling; then the verifier is not asked. */
  readonly application: AppAuthentication | undefined;
  /** Characters that a token may have. */
  readonly maxTokenLength: number;
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
  /** In which tokens of open streams are verified again. */
  readonly recheckTurns: Turns;
  readonly allowAnonymous: boolean;
  readonly onDecision: DecisionListener | undefined;
  /** What the guard of the endpoint refused. */
  readonly decisions: DecisionCounts;
  /** Hears of errors that callers are told nothing about; undefined when the app did not say. */
  readonly onError: ErrorReporter | undefined;
  /** Hears of problems; undefined when the app did not say. */
  readonly onProblem: ProblemListener | undefined;
  readonly problems: ProblemLog;
  /** The scopes that the authorization servers list, with what they imply; undefined when that is not known. */
  readonly offeredScopes: () => ReadonlySet<string> | undefined;
  readonly cors: AllowedOrigins | undefined;
}
