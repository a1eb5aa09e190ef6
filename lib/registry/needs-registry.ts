import { ConfigurationError } from '../errors/configuration-error.js';
import { describeValue } from '../errors/describe-value.js';

/**
 * Makes the error for a call that got something else in place of a registry.
 *
 * @param owner - the function that needs it, such as `mcpRouter`
 * @param given - what the developer wrote
 * @param code - of the error
 */
export function needsRegistry(
  owner: string,
  given: unknown,
  code: 'invalid_option' | 'missing_option' = 'missing_option',
): ConfigurationError {
  return new ConfigurationError(
    code,
    `${owner} needs a registry: ${owner}(createRegistry({ … })).${adviceAbout(owner, given)}`,
  );
}

function adviceAbout(owner: string, given: unknown): string {
  if (given === undefined) return '';
  if (isObject(given) && given['registry'] !== undefined) {
    return ` Write the registry itself: ${owner}(registry, { … }).`;
  }
  // The servers of the official SDKs have these methods.
  if (isObject(given) && typeof given['connect'] === 'function') {
    return ' A server of the official SDK stays as it is: put mcpScopes({ … }) in front of its handler.';
  }
  return ` This is ${describeValue(given)}.`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is a registry, of this copy of the package or of another one. */
export function isRegistry(value: unknown): boolean {
  return isObject(value) && 'catalog' in value;
}
