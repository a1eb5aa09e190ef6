/** A registered item, for changing it while the server runs. */
export interface ItemHandle<Definition> {
  /**
   * Changes members of the definition. Everything is checked as at registration; when it is wrong, nothing changes.
   *
   * @throws ConfigurationError when the changed definition is wrong
   */
  update(changes: Partial<Definition>): void;
  /** Takes the item away. The name is free again. */
  remove(): void;
  /** Makes the item usable again. */
  enable(): void;
  /** Makes the item unlisted and unknown until it is enabled again. */
  disable(): void;
}

/** A registered resource template. */
export interface TemplateHandle<Definition> extends ItemHandle<Definition> {
  /**
   * Tells clients that what `list` of the template names has changed (`notifications/resources/list_changed`), as far as they may read
   * what it names.
   */
  listChanged(): void;
}
