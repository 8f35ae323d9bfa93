/** What all registries of a tree share. */
export interface TreeState {
  /** How often an entry or a registry was added. */
  changes: number;
}

/** Keys beyond this many, or this long, are looked up afresh each time. */
const MOST_KEYS = 1000;
const LONGEST_KEY = 200;

/** Remembers what keys with scopes, and names of ancestors, led to, until the tree changes. */
export class LookupCache<E> {
  readonly #tree: TreeState;
  readonly #found = new Map<string, E>();
  #changes = 0;

  constructor(tree: TreeState) {
    this.#tree = tree;
  }

  /** What was found under a key; misses are not kept. */
  get(key: string, find: () => E | undefined): E | undefined {
    if (this.#changes !== this.#tree.changes) {
      this.#found.clear();
      this.#changes = this.#tree.changes;
    }
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const entry = find();
    if (entry !== undefined && key.length <= LONGEST_KEY && this.#found.size < MOST_KEYS) this.#found.set(key, entry);
    return entry;
  }
}
