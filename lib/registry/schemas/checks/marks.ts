/**
 * The properties and items of one value that some keyword has evaluated, which `unevaluatedProperties` and
 * `unevaluatedItems` leave alone (JSON Schema core §11).
 */
export class Marks {
  allProperties = false;
  readonly properties = new Set<string>();
  allItems = false;
  /** Items before this index are evaluated. */
  prefix = 0;
  /** Further evaluated items, found by `contains`. */
  readonly items = new Set<number>();

  /** Takes over the marks of a branch that accepted the value. */
  add(other: Marks): void {
    this.allProperties ||= other.allProperties;
    for (const name of other.properties) this.properties.add(name);
    this.allItems ||= other.allItems;
    this.prefix = Math.max(this.prefix, other.prefix);
    for (const index of other.items) this.items.add(index);
  }

  hasProperty(name: string): boolean {
    return this.allProperties || this.properties.has(name);
  }

  hasItem(index: number): boolean {
    return this.allItems || index < this.prefix || this.items.has(index);
  }
}
