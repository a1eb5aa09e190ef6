import { helpWith } from './help.js';

/** Every way in which options or definitions can be wrong, as a stable name. */
export const configurationErrorCodes = [
  'duplicate_name',
  'invalid_name',
  'invalid_option',
  'invalid_schema',
  'invalid_scope',
  'invalid_uri_template',
  'missing_option',
  'missing_peer',
  'not_for_production',
  'scope_cycle',
  'unknown_option',
] as const;

/** Stable name of a configuration mistake. */
export type ConfigurationErrorCode = (typeof configurationErrorCodes)[number];

/**
 * Thrown at start-up: an option or a definition is wrong. The message says what to write instead. Only a wrong place to
 * mount `mcpAuth` shows no earlier than with the first request; the app's error middleware receives that one.
 *
 * @example
 * ```ts
 * import { ConfigurationError, mcpAuth } from 'express-mcp';
 *
 * try {
 *   mcpAuth({ resource: 'not a URL', issuer: 'https://login.example.com' });
 * } catch (error) {
 *   if (error instanceof ConfigurationError) console.log(error.code, error.help); // invalid_option express-mcp/docs/errors.md#invalid_option
 * }
 * ```
 */
export class ConfigurationError extends Error {
  /** Stable name of the mistake. */
  readonly code: ConfigurationErrorCode;
  /** Page and heading about it, in the installed package: a path below `node_modules`. */
  readonly help: string;

  /**
   * @param code - the kind of mistake
   * @param message - what is wrong, where, and what to write instead
   * @param options - `cause`; `help`, if another place than the one about the code helps more
   */
  constructor(
    code: ConfigurationErrorCode,
    message: string,
    options?: ErrorOptions & { readonly help?: string | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.help = options?.help ?? helpWith(code);
  }

  override get name(): string {
    return 'ConfigurationError';
  }
}
