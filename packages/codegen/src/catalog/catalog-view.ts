import type { Catalog, CatalogEntry, CatalogRegistry } from './catalog.js';

/** An entry, and the package that registers it. */
export interface ViewEntry extends CatalogEntry {
  readonly package: string;
}

/** A registry with what all packages register in it. */
export interface ViewRegistry extends CatalogRegistry {
  readonly entries: readonly ViewEntry[];
}

/** A name in a registry's configs, and what it leads to. */
export interface VisibleEntry {
  readonly key: string;
  readonly registry: ViewRegistry;
  readonly entry: ViewEntry;
}

/** The catalogs of a package and of those that it depends on, seen as one. */
export class CatalogView {
  readonly own: Catalog;
  readonly imported: readonly Catalog[];
  readonly #registries: ReadonlyMap<string, ViewRegistry>;

  constructor(own: Catalog, imported: readonly Catalog[] = []) {
    this.own = own;
    this.imported = [...imported].sort((a, b) => compare(a.package, b.package));
    this.#registries = merge([own, ...this.imported]);
  }

  /** Sorted by id. */
  get registries(): readonly ViewRegistry[] {
    return [...this.#registries.values()];
  }

  registry(id: string): ViewRegistry | undefined {
    return this.#registries.get(id);
  }

  /** By the name that options name it by. */
  named(name: string): ViewRegistry | undefined {
    return this.registries.find((registry) => registry.name === name);
  }

  children(id: string): readonly ViewRegistry[] {
    return this.registries.filter((registry) => registry.parent === id);
  }

  /** Whether the package itself registers something here or below. */
  isOwn(id: string): boolean {
    const owned = (this.registry(id)?.entries ?? []).some((entry) => entry.package === this.own.package);
    return owned || packageOf(id) === this.own.package || this.children(id).some((child) => this.isOwn(child.id));
  }

  /**
   * Every key that a config of this registry may have as its `type`, sorted: names of its own, with and without its
   * scope, those of registries below with their scopes, those of registries above that are not hidden.
   */
  visible(id: string): readonly VisibleEntry[] {
    const found = new Map<string, VisibleEntry>();
    const add = (key: string, registry: ViewRegistry, entry: ViewEntry): void => {
      if (!found.has(key)) found.set(key, { key, registry, entry });
    };
    const addAll = (registry: ViewRegistry, prefix: string): void => {
      for (const entry of registry.entries) {
        for (const name of namesOf(entry)) add(`${prefix}${name}`, registry, entry);
      }
    };
    const addBelow = (registry: ViewRegistry, prefix: string): void => {
      for (const child of this.children(registry.id)) {
        addAll(child, `${prefix}${child.scope}.`);
        addBelow(child, `${prefix}${child.scope}.`);
      }
    };
    for (
      let at = this.registry(id);
      at !== undefined;
      at = at.parent === undefined ? undefined : this.registry(at.parent)
    ) {
      addAll(at, '');
      addAll(at, `${at.scope}.`);
      addBelow(at, '');
    }
    return [...found.values()].sort((a, b) => compare(a.key, b.key));
  }
}

/** The package that makes a registry. */
export function packageOf(registryId: string): string {
  return registryId.slice(0, registryId.indexOf('#'));
}

/** All names of an entry, its own first. */
export function namesOf(entry: CatalogEntry): readonly string[] {
  return [entry.name, ...(entry.aliases ?? [])];
}

/** By code units: the same order on every machine. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function merge(catalogs: readonly Catalog[]): ReadonlyMap<string, ViewRegistry> {
  const merged = new Map<string, ViewRegistry>();
  for (const catalog of catalogs) {
    for (const registry of catalog.registries) {
      const entries = registry.entries.map((entry): ViewEntry => ({ ...entry, package: catalog.package }));
      const known = merged.get(registry.id);
      // The package that makes a registry knows most of it.
      const base = known === undefined || packageOf(registry.id) === catalog.package ? registry : known;
      const all = [...(known?.entries ?? []), ...entries].sort((a, b) => compare(a.name, b.name));
      merged.set(registry.id, { ...base, entries: all });
    }
  }
  return new Map([...merged].sort(([a], [b]) => compare(a, b)));
}
