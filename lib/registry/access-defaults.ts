import { assertMembers } from '../errors/assert-members.js';
import type { AccessDefinition } from './access.js';
import { compileAccess } from './access.js';
import type { ExtensionDefinition } from './extension.js';

const members = ['scopes', 'visibility', 'authentication', 'policy'] as const;

/** Default access rules of a registry, for items without their own. */
export class AccessDefaults {
  readonly #defaults: Readonly<Record<string, unknown>>;

  /**
   * @param defaults - what the developer wrote
   * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
   */
  constructor(defaults: AccessDefinition) {
    assertMembers(defaults, [...members], 'createRegistry defaults');
    compileAccess(defaults, 'createRegistry defaults');
    this.#defaults = { ...defaults };
  }

  /**
   * Adds the missing rules to a definition. `scopes: []` means that an item needs none.
   *
   * @param definition - the developer's definition of one item, right or wrong
   */
  addTo<Definition>(definition: Definition): Definition {
    if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) return definition;
    const said = definition as Readonly<Record<string, unknown>>;
    const missing = members.filter((member) => said[member] === undefined && this.#defaults[member] !== undefined);
    if (missing.length === 0) return definition;
    return { ...definition, ...Object.fromEntries(missing.map((member) => [member, this.#defaults[member]])) };
  }

  /** Adds the missing rules to each method of an extension. */
  addToMethods(definition: ExtensionDefinition): ExtensionDefinition {
    const { methods } = definition;
    // Any other value is refused later, as it is.
    if (typeof methods !== 'object' || Array.isArray(methods)) return definition;
    const whole = Object.entries(methods).map(([name, method]) => [name, this.addTo(method)] as const);
    return { ...definition, methods: Object.fromEntries(whole) };
  }
}
