import { invalidOption } from '../../errors/invalid-option.js';
import type { TokenVerifier } from '../../oauth/token-verifier.js';
import { IssuerTokenVerifier } from './issuer-verifiers.js';
import type { ResolvedIssuers } from './resolve-issuers.js';

/**
 * Checks that each of several verifiers can be reached, and that no token goes where it must not: the first that recognises it decides.
 *
 * @param verifiers - in the order in which they are asked
 * @param issuers - the verifier of `issuer` and `issuers`, which is asked last
 * @throws ConfigurationError `invalid_option`
 */
export function assertOrder(verifiers: readonly TokenVerifier[], issuers: ResolvedIssuers | undefined): void {
  const greedy = verifiers.findIndex((verifier) => verifier.recognizes === undefined);
  if (greedy !== -1 && (greedy < verifiers.length - 1 || issuers !== undefined)) {
    throw invalidOption(
      'mcpAuth',
      'a verifier without recognizes(token) decides about every token, so nothing behind it is ever asked. Give it ' +
        'recognizes, or put it last and drop issuer and issuers',
    );
  }
  assertPrefixes(verifiers);
  assertIssuers(verifiers, issuers);
}

/** If one prefix begins with another, a key would belong to both. */
function assertPrefixes(verifiers: readonly TokenVerifier[]): void {
  const prefixes = verifiers.flatMap(prefixOf);
  for (const [index, prefix] of prefixes.entries()) {
    const other = prefixes.find((each, position) => position !== index && each.startsWith(prefix));
    if (other === undefined) continue;
    throw invalidOption(
      'mcpAuth',
      `the API keys ${JSON.stringify(prefix)} and ${JSON.stringify(other)} cannot be told apart. Choose prefixes that do ` +
        'not begin with another',
    );
  }
  const opaque = verifiers.findIndex((each) => each instanceof IssuerTokenVerifier && each.isForOpaque);
  if (opaque === -1 || !verifiers.slice(opaque).some((each) => prefixOf(each).length > 0)) return;
  throw invalidOption(
    'mcpAuth',
    'put apiKeyVerifier before introspectionVerifier, or the authorization server gets to see API keys',
  );
}

function prefixOf(verifier: TokenVerifier): readonly string[] {
  const { prefix } = verifier as { readonly prefix?: unknown };
  return typeof prefix === 'string' ? [prefix] : [];
}

function assertIssuers(verifiers: readonly TokenVerifier[], issuers: ResolvedIssuers | undefined): void {
  const ours = verifiers.filter((each) => each instanceof IssuerTokenVerifier);
  const identifiers = [
    // One issuer may have its JWTs verified with keys and be asked about other tokens.
    ...ours
      .filter((each) => !each.isForOpaque || each.resolved.introspects === 'all')
      .map((each) => each.resolved.issuer),
    ...(issuers?.identifiers ?? []),
  ];
  const duplicate = identifiers.find((issuer, index) => identifiers.indexOf(issuer) !== index);
  if (duplicate !== undefined) {
    throw invalidOption('mcpAuth', `the issuer "${duplicate}" is given twice. Once is enough`);
  }
  const asking = ours.filter((each) => each.isForOpaque).length + (issuers?.isForOpaque === true ? 1 : 0);
  if (asking < 2) return;
  throw invalidOption(
    'mcpAuth',
    'only one issuer can be asked about tokens that are no JWTs, since such a token does not say whose it is, and no issuer may ' +
      'get to see the tokens of another. Give such issuers endpoints of their own',
  );
}
