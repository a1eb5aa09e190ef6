import type { Catalog } from './catalog.js';
import type { Place } from './item-collection.js';
import type { ItemHandle } from './item-handle.js';
import type { McpResource } from './resource.js';
import type { Skill, SkillDefinition, SkillSource } from './skill.js';
import { compileSkill, resourceOf, skillsExtension, skillsSettings } from './skill.js';

interface FilePlace {
  readonly order: number;
  readonly place: Place<McpResource>;
}

/**
 * Puts a skill into a catalog, and its files as resources.
 *
 * @param catalog - where it goes
 * @param source - what it is made of
 * @param nextOrder - gives the next place in the order of registration
 * @throws ConfigurationError when the skill is wrong, or its name or one of its URIs is taken
 */
export function registerSkill(
  catalog: Catalog,
  source: SkillSource,
  nextOrder: () => number,
): ItemHandle<SkillDefinition> {
  const registered = new RegisteredSkill(catalog, source, nextOrder);
  catalog.extensions.set(skillsExtension, skillsSettings);
  return registered;
}

class RegisteredSkill implements ItemHandle<SkillDefinition> {
  readonly #catalog: Catalog;
  readonly #nextOrder: () => number;
  readonly #place: Place<Skill>;
  readonly #files = new Map<string, FilePlace>();
  #source: SkillSource;
  #skill: Skill;
  #isEnabled = true;
  #isRemoved = false;

  constructor(catalog: Catalog, source: SkillSource, nextOrder: () => number) {
    this.#catalog = catalog;
    this.#nextOrder = nextOrder;
    this.#source = source;
    this.#skill = compileSkill(source, nextOrder());
    catalog.skills.assertFree(this.#skill);
    this.#assertFree(this.#skill);
    this.#place = catalog.skills.add(this.#skill);
    catalog.changes.together(() => {
      this.#placeFiles();
    });
  }

  update(changes: Partial<SkillDefinition>): void {
    const source = { ...this.#source, definition: { ...this.#source.definition, ...changes } };
    const skill = compileSkill(source, this.#skill.order);
    if (this.#isRemoved) return;
    this.#assertFree(skill);
    const before = new Map(this.#skill.files.map(({ uri, digest }) => [uri, digest]));
    this.#source = source;
    this.#skill = skill;
    this.#catalog.changes.together(() => {
      this.#place.replace(skill);
      this.#placeFiles();
      const changed = skill.files.filter(({ uri, digest }) => (before.get(uri) ?? digest) !== digest);
      if (this.#isEnabled) for (const { uri } of changed) this.#catalog.changes.resourceUpdated(uri);
    });
  }

  remove(): void {
    this.#isRemoved = true;
    this.#onAll((place) => {
      place.delete();
    });
  }

  enable(): void {
    this.#setEnabled(true);
  }

  disable(): void {
    this.#setEnabled(false);
  }

  #setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.#onAll((place) => {
      place.setEnabled(isEnabled);
    });
  }

  #onAll(act: (place: Place<Skill> | Place<McpResource>) => void): void {
    this.#catalog.changes.together(() => {
      act(this.#place);
      for (const { place } of this.#files.values()) act(place);
    });
  }

  /** Before anything is changed, so that a skill that cannot be is not there in part. */
  #assertFree(skill: Skill): void {
    for (const file of skill.files) {
      if (!this.#files.has(file.uri)) this.#catalog.resources.assertFree(resourceOf(skill, file, 0));
    }
  }

  /** Makes the resources those of the skill as it is now. */
  #placeFiles(): void {
    const present = new Set(this.#skill.files.map(({ uri }) => uri));
    for (const [uri, { place }] of this.#files) {
      if (present.has(uri)) continue;
      place.delete();
      this.#files.delete(uri);
    }
    for (const file of this.#skill.files) {
      const known = this.#files.get(file.uri);
      const order = known?.order ?? this.#nextOrder();
      const resource = resourceOf(this.#skill, file, order);
      known?.place.replace(resource);
      const place = known?.place ?? this.#catalog.resources.add(resource, this.#isEnabled);
      this.#files.set(file.uri, { order, place });
    }
  }
}
