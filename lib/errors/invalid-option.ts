import { ConfigurationError } from './configuration-error.js';

/**
 * Makes the error for a wrong option, to be thrown by the function that resolves the options.
 *
 * @param owner - name of the factory or definition that refuses, such as "mcpAuth"
 * @param what - what is wrong and what to write instead, without the full stop
 * @param options - `cause`, if another error said it first
 */
export function invalidOption(owner: string, what: string, options?: ErrorOptions): ConfigurationError {
  return new ConfigurationError('invalid_option', `${owner}: ${what}.`, options);
}
