import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { mustBe } from '../errors/describe-value.js';
import { invalidOption } from '../errors/invalid-option.js';
import type { AccessDefinition } from './access.js';
import { foreignRegistryOptions } from './server-info.js';

/** Options of `createRegistry`. */
export interface RegistryOptions<State> {
  /** One value that every handler finds as `ctx.state`, such as a database pool. */
  readonly state?: State;
  /** How many items a page of a list holds at most, from 1 to 100,000. Default 1,000: most clients read the first page only. */
  readonly pageSize?: number;
  /** Access rules for every item that does not say. `scopes: []` on an item says that it needs none. */
  readonly defaults?: AccessDefinition;
  /**
   * Whether every listed tool says in `_meta.securitySchemes` which scopes it needs, for hosts that ask for them beforehand. Callers who
   * see a tool read them; a concealed tool stays unseen. Default false.
   */
  readonly advertiseScopes?: boolean;
  /**
   * Whether `format` of JSON Schema decides: `date`, `time`, `date-time`, `email`, `hostname`, `ipv4`, `ipv6`, `uri`, `uri-reference` and
   * `uuid`. Default false: `format` says what is meant and refuses nothing (JSON Schema validation §7.2.1). Schemas of a library check
   * what the library checks.
   */
  readonly checkFormats?: boolean;
}

/** The options with everything decided; `defaults` are checked by who uses them. */
export interface ResolvedRegistryOptions<State> {
  readonly state: State | undefined;
  readonly pageSize: number;
  readonly defaults: AccessDefinition;
  readonly advertiseScopes: boolean;
  readonly checkFormats: boolean;
}

const optionNames = Object.keys({
  state: true,
  pageSize: true,
  defaults: true,
  advertiseScopes: true,
  checkFormats: true,
} satisfies Record<keyof RegistryOptions<unknown>, true>);

/** A page is one message; more items than this are no list that a client could read. */
const maxPageSize = 100_000;

/**
 * Checks the options of `createRegistry`.
 *
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function resolveRegistryOptions<State>(options: RegistryOptions<State>): ResolvedRegistryOptions<State> {
  assertMembers(options, optionNames, 'createRegistry', foreignRegistryOptions);
  const { state, pageSize = 1000, defaults = {}, advertiseScopes = false, checkFormats = false } = options;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
    const wanted = `a whole number from 1 to ${String(maxPageSize)}`;
    throw invalidOption('createRegistry', `${mustBe('pageSize', wanted, pageSize)}. Leave it out for 1000`);
  }
  assertFlag(advertiseScopes, 'advertiseScopes');
  assertFlag(checkFormats, 'checkFormats');
  return { state, pageSize, defaults, advertiseScopes, checkFormats };
}

function assertFlag(value: unknown, name: string): void {
  if (typeof value === 'boolean') return;
  throw new ConfigurationError('invalid_option', `createRegistry: ${name} must be true or false.`);
}
