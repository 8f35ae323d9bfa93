import type { RegistryValue } from './container.js';
import type { RegistryEntry } from './registry-entry.js';

/** The entries of one registry: by name, and by what they stand for. */
export class EntryTable<T> {
  readonly #byName = new Map<string, RegistryEntry<T>>();
  /** Those whose names hold no dot: such a key needs no thought about scopes. */
  readonly #plain = new Map<string, RegistryEntry<T>>();
  readonly #byValue = new Map<RegistryValue<T>, RegistryEntry<T>>();

  get size(): number {
    return this.#byName.size;
  }

  /** In the order they were registered. */
  all(): RegistryEntry<T>[] {
    return [...this.#byName.values()];
  }

  get(name: string): RegistryEntry<T> | undefined {
    return this.#byName.get(name);
  }

  /** Like `get`, for names without a dot only. */
  plain(name: string): RegistryEntry<T> | undefined {
    return this.#plain.get(name);
  }

  /** The entry of a class or function: that of its first name. */
  of(value: RegistryValue<T>): RegistryEntry<T> | undefined {
    return this.#byValue.get(value);
  }

  /** Adds an entry, in place of what has its name. */
  set(entry: RegistryEntry<T>): void {
    const replaced = this.#byName.get(entry.name);
    this.#byName.set(entry.name, entry);
    if (!entry.name.includes('.')) this.#plain.set(entry.name, entry);
    // A class whose first name was taken over goes by its next one, if it has any.
    if (replaced !== undefined && this.#byValue.get(replaced.value) === replaced) {
      this.#byValue.delete(replaced.value);
      const next = this.all().find((other) => other.value === replaced.value);
      if (next !== undefined) this.#byValue.set(next.value, next);
    }
    if (!this.#byValue.has(entry.value)) this.#byValue.set(entry.value, entry);
  }
}
