import type { TokenVerdict } from '../../oauth/token-verifier.js';
import type { Eventually } from '../../promises/and-then.js';
import type { HostedRequest } from '../fields/hosted-request.js';

/** A request as middleware in front left it. */
export interface AuthenticatedRequest extends HostedRequest {
  /** Where the official SDK and `express-oauth2-jwt-bearer` put who is calling. */
  readonly auth?: unknown;
  /** Where passport puts it. */
  readonly user?: unknown;
}

/** Tells who sends a request that the app has authenticated; undefined when it has not. */
export type Authenticate = {
  // A method, so that a function for Express's own Request fits.
  call(request: AuthenticatedRequest): Eventually<TokenVerdict | undefined>;
}['call'];
