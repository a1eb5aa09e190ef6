/** An immutable set of scopes. A `Set` cannot be frozen, and all requests with one token share the same scopes. */
export class ScopeSet implements ReadonlySet<string> {
  readonly #scopes: ReadonlySet<string>;

  /** @param scopes - must not change afterwards */
  constructor(scopes: ReadonlySet<string>) {
    this.#scopes = scopes;
    // A `has` of its own would answer in place of ours, for all requests with the token.
    Object.freeze(this);
  }

  get size(): number {
    return this.#scopes.size;
  }

  has(scope: string): boolean {
    return this.#scopes.has(scope);
  }

  forEach(callback: (scope: string, same: string, set: ReadonlySet<string>) => void, self?: unknown): void {
    for (const scope of this.#scopes) callback.call(self, scope, scope, this);
  }

  entries(): SetIterator<[string, string]> {
    return this.#scopes.entries();
  }

  keys(): SetIterator<string> {
    return this.#scopes.keys();
  }

  values(): SetIterator<string> {
    return this.#scopes.values();
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.#scopes.values();
  }
}
