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
