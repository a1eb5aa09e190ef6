import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import { andThen } from '../promises/and-then.js';
import type { ItemAccess } from './access.js';
import { compileAccess } from './access.js';
import type { AccessDefaults } from './access-defaults.js';

/**
 * Access to an item in a registry that includes its own. It combines the item's rules, the including registry's defaults for missing
 * rules, and the added scopes. The result never grants more than the item's own rules.
 *
 * @param access - the item's, in its own registry
 * @param defaults - of the including registry
 * @param added - scopes that are also demanded
 * @param owner - of the rules, for messages
 * @throws ConfigurationError if rules contradict each other
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
