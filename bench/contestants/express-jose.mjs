// By hand, with a token that is verified for every request, and with validation.
import { createGuardedApp } from '../work/guarded-app.mjs';
import { createVerifier } from '../work/verify-token.mjs';

export const title = 'Express by hand, jose per request, ajv';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'first-use'];

export function start({ jwks }) {
  return createGuardedApp(createVerifier(jwks));
}
