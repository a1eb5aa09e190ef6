import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import { andThen } from '../promises/and-then.js';
import type { ItemAccess } from './access.js';
import { compileAccess } from './access.js';
import type { AccessDefaults } from './access-defaults.js';

/**
 * Access to an item in a registry that includes its own: what the item says, then the defaults of the including registry for what it
 * does not say, then the scopes that are added. Nothing of it makes the item easier to reach.
 *
 * @param access - the item's, in its own registry
 * @param defaults - of the including registry
 * @param added - scopes that are demanded besides
 * @param owner - whose it is, for messages
 * @throws ConfigurationError when rules do not go together
 */
export function includeAccess(
  access: ItemAccess,
  defaults: AccessDefaults,
  added: ScopeRequirement,
  owner: string,
): ItemAccess {
  const definition = defaults.addTo(access.said);
  const { scopes = [] } = definition;
  return compileAccess(
    {
      ...definition,
      scopes:
        typeof scopes === 'function'
          ? (args, auth) => andThen(scopes(args, auth), (found): ScopeRequirement => [added, found])
          : [added, scopes],
    },
    owner,
    access.timeoutMs,
  );
}
