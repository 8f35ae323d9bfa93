import type { RegistryView } from './registry-entry.js';
import { rootOf, subtree } from './scope.js';

/** What one registry of a tree holds. */
export interface RegistryCount {
  readonly scope: string;
  readonly name: string;
  /** How many names it holds itself, aliases included. */
  readonly numModules: number;
  /** Those names, in the order they were registered. */
  readonly modules: readonly string[];
}

/**
 * What the registries of a whole tree hold, from its root: parents before children, children in the order they were
 * made. mmengine's `traverse_registry_tree`.
 */
export function traverseRegistryTree(registry: RegistryView<unknown>): RegistryCount[] {
  return subtree<RegistryView<unknown>>(rootOf(registry)).map((node) => {
    const modules = node.keys();
    return { scope: node.scope, name: node.name, numModules: modules.length, modules };
  });
}

/** The same for several trees, each under the name given: mmengine's `count_registered_modules`. */
export function countRegisteredModules(
  registries: Readonly<Record<string, RegistryView<unknown>>>,
): Readonly<Record<string, readonly RegistryCount[]>> {
  return Object.fromEntries(Object.entries(registries).map(([name, root]) => [name, traverseRegistryTree(root)]));
}
