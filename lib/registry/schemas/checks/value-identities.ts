/**
 * Numbers for JSON values: two values have the same number exactly if they are equal as JSON (JSON Schema core §4.2.2).
 * Each part of a value is visited once, so comparing all items of an array costs its size, not its square.
 */
export class ValueIdentities {
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<object, number>();

  /** @param value - JSON; the order of an object's members does not count */
  of(value: unknown): number {
    if (typeof value !== 'object' || value === null) return this.#number(primitiveKey(value));
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const number = this.#number(Array.isArray(value) ? this.#listKey(value) : this.#objectKey(value));
    this.#known.set(value, number);
    return number;
  }

  #listKey(list: readonly unknown[]): string {
    return `[${list.map((item) => this.of(item)).join()}`;
  }

  #objectKey(object: object): string {
    const pairs: (readonly [number, number])[] = [];
    for (const [name, value] of Object.entries(object) as [string, unknown][]) {
      // By number of the name, so that sorting compares numbers and not long texts with a common beginning.
      if (value !== undefined) pairs.push([this.#number(`"${name}`), this.of(value)]);
    }
    pairs.sort(([one], [other]) => one - other);
    let key = '{';
    for (const [name, value] of pairs) key += `${name}:${value},`;
    return key;
  }

  #number(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(key, number);
    return number;
  }
}

function primitiveKey(value: unknown): string {
  return typeof value === 'string' ? `"${value}` : String(value);
}
