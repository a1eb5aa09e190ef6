// By hand, with verified tokens kept in a Map, and with validation.
import { createGuardedApp } from '../work/guarded-app.mjs';
import { createRememberingVerifier } from '../work/verify-token.mjs';

export const title = 'Express by hand, tokens in a Map, ajv';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call'];

export function start({ jwks }) {
  return createGuardedApp(createRememberingVerifier(jwks));
}
