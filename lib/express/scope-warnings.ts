import type { AuthenticatedRequest } from '../http/resource/authenticated-request.js';
import type { ProtectedResource } from '../http/resource/protected-resource.js';
import type { Catalog } from '../registry/catalog.js';
import type { UsableItem } from '../registry/item.js';

/**
 * Says once that scopes cannot be met, since no `mcpAuth` stands in front. Items that need scopes stay refused.
 *
 * @param catalog - what is served
 * @param request - the first request, on which other middleware may have put who is calling
 */
export function warnWithoutAuth(catalog: Catalog, request: AuthenticatedRequest): void {
  const scoped = catalog.usableItems.filter(({ access }) => access.dependsOnArguments || !access.requirement.isNothing);
  if (scoped.length === 0) return;
  const text =
    `${theFirstOf(scoped)}, but no mcpAuth stands in front of mcpRouter, so that every call is refused. ` +
    adviceFor(request);
  warn(text, 'EXPRESS_MCP_NO_AUTH');
}

/** Where other middleware has verified the token, `mcpAuth` need not do it again. */
function adviceFor({ auth, user }: AuthenticatedRequest): string {
  if (isNothing(auth) && isNothing(user)) return 'Write app.use(mcpAuth({ … }), mcpRouter(registry)).';
  const [place, authenticate] = isNothing(auth) ? ['user', '(req) => …'] : ['auth', mappingFor(auth)];
  return (
    `Middleware in front has put a caller at req.${place}, which mcpRouter does not trust by itself. If it verifies tokens, write ` +
    `app.use(thatMiddleware, mcpAuth({ resource: "https://…", authenticate: ${authenticate} }), mcpRouter(registry)).`
  );
}

function mappingFor(auth: unknown): string {
  const known = Object(auth) as object;
  if ('payload' in known) return 'fromJwtBearer';
  return 'clientId' in known && 'scopes' in known ? 'fromSdkAuth' : '(req) => …';
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/**
 * Warns if a first sign-in does not bring the scopes of items that every caller sees, unless the app made that choice. Many hosts sign
 * in once and never ask for more, so they could not use those items. Items that only some callers see are left out, since a warning
 * must not ask for their scopes.
 *
 * @param resource - the endpoint in front
 */
export function warnOfUnaskedScopes(catalog: Catalog, { firstScopes, requiredScopes }: ProtectedResource): void {
  if (firstScopes === undefined) return;
  const unasked = catalog.usableItems.filter(
    ({ access }) => access.visibility === 'always' && !access.requirement.isSatisfiedBy(firstScopes),
  );
  const [first] = unasked;
  if (first === undefined) return;
  const asked = requiredScopes.length === 0 ? 'names no scopes' : `asks for "${requiredScopes.join(' ')}" only`;
  const needed = first.access.requirement.scopesToAskFor(firstScopes).map((scope) => `'${scope}'`);
  const option = requiredScopes.length === 0 ? 'scopesSupported' : 'challengeScopes';
  const text =
    `${theFirstOf(unasked)}, but mcpAuth ${asked} when clients sign in, and many never ask for more. Write ` +
    `mcpAuth({ ${option}: [${needed.join(', ')}] }) with all that a client may ask for, or challengeScopes: [] if you mean it. ` +
    'See docs/hosts.md.';
  warn(text, 'EXPRESS_MCP_FIRST_SCOPES');
}

function theFirstOf([first, ...others]: readonly UsableItem[]): string {
  const does = others.length === 1 ? 'does' : 'do';
  const more = others.length > 0 ? `, and so ${does} ${String(others.length)} more` : '';
  return `${first?.kind ?? 'item'} "${first?.key ?? ''}" needs scopes${more}`;
}

function warn(text: string, code: string): void {
  process.emitWarning(text, { type: 'ExpressMcpWarning', code });
}
