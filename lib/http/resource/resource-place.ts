import { ConfigurationError } from '../../errors/configuration-error.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { mustBe } from '../../errors/describe-value.js';
import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import { isHostPattern, isPathPattern } from '../fields/path-pattern.js';

/** The error for an endpoint without a name. */
export function missingResource(): ConfigurationError {
  return new ConfigurationError(
    'missing_option',
    'mcpAuth needs to know which endpoint it protects. Write mcpAuth({ resource: "https://api.example.com/mcp", ' +
      'issuer: "https://login.example.com" }), or set MCP_RESOURCE and MCP_ISSUER in the environment.',
  );
}

/**
 * Checks the `resource` of `mcpAuth`.
 *
 * @throws ConfigurationError `invalid_option`
 */
export function parseResource(identifier: unknown): URL {
  // RFC 9728 §1.2: a resource identifier uses https and has no fragment; loopback is let through for development.
  if (typeof identifier !== 'string' || !isTrustworthyUrl(identifier)) {
    const wanted =
      'the public URL of the endpoint with https (http on localhost only), such as "https://api.example.com/mcp"';
    throw invalidOption('mcpAuth', mustBe('resource', wanted, identifier));
  }
  const url = new URL(identifier);
  if (isPathPattern(url.pathname) || isHostPattern(url.hostname)) throw pattern('resource', identifier);
  if (url.hash === '' && url.search === '' && url.username === '' && url.password === '') return url;
  throw new ConfigurationError(
    'invalid_option',
    'mcpAuth: resource must have no query, no fragment and no credentials. It names the endpoint, nothing else.',
  );
}

function pattern(option: string, value: string): ConfigurationError {
  return invalidOption(
    'mcpAuth',
    `${option} names one endpoint, and ${JSON.stringify(value)} is a pattern. Make one mcpAuth for each tenant; they may share ` +
      'a verifier, such as verifiers: [jwtVerifier("https://login.example.com")]',
  );
}

/**
 * The audiences that stand for an endpoint. Tokens must name the resource exactly; only without a path are two spellings the same URI
 * (RFC 3986 §6.2.3).
 */
export function audiencesOf(identifier: string, url: URL): readonly string[] {
  return url.pathname === '/' ? [...new Set([identifier, url.origin, `${url.origin}/`])] : [identifier];
}

/**
 * Checks the `path` of `mcpAuth`. Default: the path of `resource`.
 *
 * @throws ConfigurationError `invalid_option`
 */
export function resolvePath(path: unknown, url: URL): string {
  if (path === undefined) return url.pathname;
  if (typeof path === 'string' && isPathPattern(path)) throw pattern('path', path);
  if (typeof path === 'string' && /^\/[^?#\s]*$/.test(path)) return path;
  throw new ConfigurationError('invalid_option', 'mcpAuth: path must be a path such as "/mcp", without query.');
}
