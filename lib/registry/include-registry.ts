import { displayName } from '../errors/display-name.js';
import { invalidOption } from '../errors/invalid-option.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import { compileRequirement } from '../oauth/scope-requirement.js';
import type { AccessDefaults } from './access-defaults.js';
import type { Catalog } from './catalog.js';
import { assertName } from './definition.js';
import type { Extension, ExtensionFollower } from './extension.js';
import { includeAccess } from './include-access.js';
import type { CatalogItem, Origin, UsableItem } from './item.js';
import type { Follower, ItemCollection } from './item-collection.js';
import type { Prompt } from './prompt.js';
import type { RegistryWarnings } from './registry-warnings.js';
import { assertExtensionFree, placeExtension } from './register-extension.js';
import { skillsExtension, skillsSettings } from './skill.js';
import { tasksExtension } from './task-support.js';
import type { Tool } from './tool.js';

/** How another registry's items become a registry's own. */
export interface IncludeOptions {
  /** Put before the names of tools and prompts, such as `billing_`. URIs stay as they are. Default: none. */
  readonly prefix?: string;
  /** Scopes that every item needs besides its own. Default: none. */
  readonly scopes?: ScopeRequirement;
}

/** The registry that includes. */
export interface IncludingRegistry {
  readonly catalog: Catalog;
  readonly defaults: AccessDefaults;
  /** Gives the next place in the order of registration. */
  nextOrder(): number;
  readonly warnings: RegistryWarnings;
}

/**
 * Puts the items of a catalog into another one as well, and everything that becomes of them later. All of them or none.
 *
 * @param into - the registry that includes
 * @param other - the catalog of the registry that is included
 * @param options - what the developer wrote
 * @throws ConfigurationError when an option is wrong, a name is taken, or the registries would include each other
 */
export function includeRegistry(into: IncludingRegistry, other: Catalog, options: IncludeOptions): void {
  const { catalog } = into;
  if (typeof options === 'string') {
    throw invalidOption('registry.include', `write the prefix as an option: { prefix: ${displayName(options)} }`);
  }
  assertMembers(options, ['prefix', 'scopes'], 'registry.include');
  assertNoCycle(catalog, other);
  const { prefix = '', scopes = [] } = options;
  assertPrefix(prefix);
  compileRequirement(scopes, 'registry.include');
  const inclusion = new Inclusion(into, other, prefix, structuredClone(scopes));
  const followings = inclusion.followings();
  for (const { assertPossible } of followings) assertPossible();
  catalog.included.add(other);
  catalog.changes.together(() => {
    for (const { begin } of followings) begin();
  });
  other.changes.includeIn(catalog.changes);
}

interface Following {
  readonly assertPossible: () => void;
  readonly begin: () => void;
}

class Inclusion {
  readonly #into: IncludingRegistry;
  readonly #other: Catalog;
  readonly #prefix: string;
  readonly #scopes: ScopeRequirement;

  constructor(into: IncludingRegistry, other: Catalog, prefix: string, scopes: ScopeRequirement) {
    this.#into = into;
    this.#other = other;
    this.#prefix = prefix;
    this.#scopes = scopes;
  }

  followings(): readonly Following[] {
    const { catalog, warnings } = this.#into;
    const other = this.#other;
    return [
      this.#follow(other.tools, catalog.tools, (tool) => {
        warnings.ofName(tool.key);
        warnings.ofLength(catalog.tools.size, catalog.pageSize);
        // tasks#capability-negotiation: declared by the first tool that has any.
        if (tool.task !== undefined) catalog.extensions.set(tasksExtension, {});
      }),
      this.#follow(other.prompts, catalog.prompts),
      this.#follow(other.resources, catalog.resources),
      this.#follow(other.resourceTemplates, catalog.resourceTemplates),
      this.#follow(other.skills, catalog.skills, () => {
        catalog.extensions.set(skillsExtension, skillsSettings);
      }),
      this.#followExtensions(),
    ];
  }

  #follow<I extends CatalogItem>(
    source: ItemCollection<I>,
    target: ItemCollection<I>,
    onPlaced: (item: I) => void = () => undefined,
  ): Following {
    const follower: Follower<I> = {
      check: (item) => {
        target.check(this.#translate(item, 0));
      },
      assertFree: (item) => {
        target.assertFree(this.#translate(item, 0), adviceAboutTaken(item));
      },
      add: (item, isEnabled) => {
        const order = this.#into.nextOrder();
        const translated = this.#translate(item, order);
        const place = target.add(translated, isEnabled);
        onPlaced(translated);
        return {
          ...place,
          replace: (changed) => {
            const again = this.#translate(changed, order);
            place.replace(again);
            onPlaced(again);
          },
        };
      },
    };
    return {
      assertPossible: () => {
        source.assertCanFollow(follower);
      },
      begin: () => {
        source.follow(follower);
      },
    };
  }

  #followExtensions(): Following {
    const { catalog } = this.#into;
    const other = this.#other;
    const translate = ({ settings, methods }: Extension): Extension => ({
      settings,
      methods: methods.map((method) => ({ ...method, ...this.#commonOf(method) })),
    });
    const follower: ExtensionFollower = {
      assertFree: (id, extension) => {
        assertExtensionFree(catalog, id, translate(extension));
      },
      add: (id, extension) => {
        placeExtension(catalog, id, translate(extension));
      },
    };
    const present = extensionsOf(other);
    return {
      assertPossible: () => {
        for (const [id, extension] of present) follower.assertFree(id, extension);
      },
      begin: () => {
        other.extensionFollowers.push(follower);
        for (const [id, extension] of present) follower.add(id, extension);
      },
    };
  }

  /** @throws ConfigurationError when the item cannot be in the registry that includes */
  #translate<I extends CatalogItem>(item: I, order: number): I {
    const common = { ...item, ...this.#commonOf(item), order };
    if (this.#prefix === '' || !isNamed(item)) return common;
    const name = `${this.#prefix}${item.key}`;
    assertName(name, item.kind);
    return { ...common, key: name, listing: Object.freeze({ ...item.listing, name }) };
  }

  #commonOf({
    access,
    key,
    kind,
    origins = [],
  }: UsableItem): Pick<UsableItem, 'access'> & { origins: readonly Origin[] } {
    const { defaults } = this.#into;
    const { middleware, state } = this.#other;
    const owner = `registry.include: ${kind} "${key}"`;
    return {
      access: includeAccess(access, defaults, this.#scopes, owner),
      origins: [{ state, middleware, key }, ...origins],
    };
  }
}

/** Tools and prompts have names, which a prefix can go before; URIs name the same wherever they are listed. */
function isNamed(item: CatalogItem): item is Prompt | Tool {
  return item.kind === 'tool' || item.kind === 'prompt';
}

/** Advice for a developer whose registry has such an item already. */
function adviceAboutTaken(item: CatalogItem): string {
  if (isNamed(item)) return 'Give include() another prefix, or take another name in one of the two registries.';
  return 'A prefix goes before names of tools and prompts only. Take another URI in one of the two registries.';
}

/** The extensions of the app's own; those of the package come with the items that need them. */
function extensionsOf(catalog: Catalog): readonly (readonly [string, Extension])[] {
  const methods = [...catalog.extensionMethods.values()];
  return [...catalog.extensions]
    .filter(([id]) => id !== skillsExtension && id !== tasksExtension)
    .map(([id, settings]) => [id, { settings, methods: methods.filter(({ extension }) => extension === id) }] as const);
}

function assertNoCycle(catalog: Catalog, other: Catalog): void {
  if (!reaches(other, catalog)) return;
  const what = catalog === other ? 'itself' : 'a registry that includes it';
  throw new ConfigurationError(
    'invalid_option',
    `registry.include: a registry cannot include ${what}. Register what both need in a third registry, and include that.`,
  );
}

function reaches(from: Catalog, to: Catalog): boolean {
  return from === to || [...from.included].some((included) => reaches(included, to));
}

function assertPrefix(prefix: unknown): void {
  if (prefix === '' || (typeof prefix === 'string' && /^[A-Za-z0-9_.-]*[_.-]$/.test(prefix))) return;
  throw new ConfigurationError(
    'invalid_option',
    "registry.include: prefix must be letters, digits, '_', '-' or '.', and end with one of the last three: { prefix: 'billing_' }.",
  );
}
