/** Characters whose class is remembered. */
const maxKnown = 10_000;

/** Sorts characters into classes: those of one class are in the same sets of a pattern. */
export class CharacterClasses {
  readonly #sets: RegExp[] = [];
  readonly #sources = new Map<string, number>();
  readonly #known = new Map<number, number>();
  readonly #classes = new Map<string, number>();
  /** For each class, whether it is in each set. */
  readonly #members: (readonly boolean[])[] = [];

  constructor(private readonly flags: string) {}

  /** The number of a set. All sets have to be known before the first character is sorted. */
  setOf(source: string): number {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const set = this.#sets.push(new RegExp(`^(?:${source})$`, this.flags)) - 1;
    this.#sources.set(source, set);
    return set;
  }

  /** The class of a character, by its code. */
  classOf(code: number): number {
    const known = this.#known.get(code);
    if (known !== undefined) return known;
    const character = this.flags === 'u' ? String.fromCodePoint(code) : String.fromCharCode(code);
    const members = this.#sets.map((set) => set.test(character));
    const key = members.map(Number).join('');
    const found = this.#classes.get(key) ?? this.#members.push(members) - 1;
    this.#classes.set(key, found);
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(code, found);
    return found;
  }

  /** Whether the characters of a class are in a set. */
  isIn(characterClass: number, set: number): boolean {
    return this.#members[characterClass]?.[set] === true;
  }
}
