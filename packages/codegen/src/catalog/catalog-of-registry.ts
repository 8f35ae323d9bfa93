import type { Registry } from '@incipit/registry';
import type { Catalog, CatalogEntry, CatalogRegistry } from './catalog.js';
import { compare } from './catalog-view.js';

/** A registry of a running program, and what only its sources would say of it. */
export interface LiveRegistry {
  readonly registry: Registry<object>;
  /** Name that the package exports it by, or would. */
  readonly name: string;
  readonly builders: string;
  /** Id of the parent: `@incipit/core#MODELS`. */
  readonly parent?: string;
  readonly description?: string;
}

/** The catalog of registries that are filled in loops, which sources do not tell: read from the registries themselves. */
export function catalogOfRegistry(packageName: string, live: readonly LiveRegistry[]): Catalog {
  const registries = live.map((row): CatalogRegistry => {
    const { registry, name, builders, parent, description } = row;
    return {
      id: `${packageName}#${name}`,
      name: registry.name,
      scope: registry.scope,
      ...(parent === undefined ? {} : { parent }),
      builders,
      ...(description === undefined ? {} : { description }),
      entries: entriesOf(registry),
    };
  });
  return { catalog: 1, package: packageName, registries: registries.sort((a, b) => compare(a.id, b.id)) };
}

/** Names for the same class or function are aliases of the first. */
function entriesOf(registry: Registry<object>): readonly CatalogEntry[] {
  const entries = new Map<unknown, CatalogEntry>();
  for (const { name, value, schema } of registry.entries()) {
    const known = entries.get(value);
    if (known !== undefined) {
      entries.set(value, { ...known, aliases: [...(known.aliases ?? []), name].sort(compare) });
      continue;
    }
    const { description, options } = schema;
    entries.set(value, {
      name,
      ...(description === undefined ? {} : { description }),
      ...(options === undefined ? {} : { options }),
    });
  }
  return [...entries.values()].sort((a, b) => compare(a.name, b.name));
}
