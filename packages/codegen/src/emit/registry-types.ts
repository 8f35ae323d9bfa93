import { camelCase, pascalWord } from '../catalog/camel-case.js';
import { type CatalogView, compare, packageOf, type ViewRegistry } from '../catalog/catalog-view.js';
import { importText } from './import-text.js';
import { configsName, unionName } from './names.js';

/** The module of generated builders of the package that makes a registry, which holds its types too. */
export function buildersModule(view: CatalogView, registry: ViewRegistry): string | undefined {
  return view.imported.find((catalog) => catalog.package === packageOf(registry.id))?.builders;
}

/** The types of registries' configs in one generated file: their names there, and the imports that bring them. */
export class RegistryTypes {
  readonly #view: CatalogView;
  /** The module with the package's own types; none within that module itself. */
  readonly #ownModule: string | undefined;
  readonly #imported = new Map<string, Set<string>>();

  constructor(view: CatalogView, ownModule?: string) {
    this.#view = view;
    this.#ownModule = ownModule;
  }

  /** The union of the configs of the registry of this name; nothing where no package has types of it. */
  union(registryName: string): string | undefined {
    return this.#named(registryName, unionName);
  }

  /** The interface of those configs by `type`. */
  configs(registryName: string): string | undefined {
    return this.#named(registryName, configsName);
  }

  /** A type of the package's own. */
  own(name: string): string {
    if (this.#ownModule !== undefined) this.#import(this.#ownModule, name);
    return name;
  }

  /** What was asked for and is not of this file. */
  imports(): string {
    return [...this.#imported]
      .sort(([a], [b]) => compare(a, b))
      .map(([from, names]) => importText('import type', [...names].sort(compare), from))
      .join('');
  }

  #named(registryName: string, nameOf: (registry: ViewRegistry) => string): string | undefined {
    const registry = this.#view.named(registryName);
    if (registry === undefined) return undefined;
    const name = nameOf(registry);
    if (packageOf(registry.id) === this.#view.own.package) return this.own(name);
    const from = buildersModule(this.#view, registry);
    if (from === undefined) return undefined;
    const local = this.#isTaken(registry, name, nameOf) ? `${name}Of${packageName(registry)}` : name;
    this.#import(from, local === name ? name : `${name} as ${local}`);
    return local;
  }

  /** Whether another package's registry, this one's before all, has types of the same name. */
  #isTaken(registry: ViewRegistry, name: string, nameOf: (registry: ViewRegistry) => string): boolean {
    return this.#view.registries.some(
      (other) => packageOf(other.id) !== packageOf(registry.id) && nameOf(other) === name,
    );
  }

  #import(from: string, name: string): void {
    this.#imported.set(from, (this.#imported.get(from) ?? new Set()).add(name));
  }
}

function packageName(registry: ViewRegistry): string {
  return pascalWord(camelCase(packageOf(registry.id).replaceAll('/', '-').replace('@', '')));
}
