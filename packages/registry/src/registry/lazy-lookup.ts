import { homeOf } from './home.js';
import type { BuildContext, RegistryView } from './registry-entry.js';
import { rootOf, searchedNodes, subtree } from './scope.js';

/** Imports the locations of the registries that a key is searched in, nearest first, until it is there. */
export async function importFor(registry: RegistryView<unknown>, key: string): Promise<void> {
  const searched = searchedNodes<RegistryView<unknown>>(registry, key);
  for (const node of searched.length > 0 ? searched : subtree<RegistryView<unknown>>(rootOf(registry))) {
    if (registry.entry(key) !== undefined) return;
    await node.locations.import();
  }
}

/** Imports what the names in a config need, each looked up in the registry that would build it. */
export async function importForConfig(
  registry: RegistryView<unknown>,
  cfg: unknown,
  context: BuildContext,
): Promise<void> {
  const { defaultScope } = registry;
  for (const { key, scope } of neededKeys([context.defaultArgs, cfg], defaultScope.current)) {
    await importFor(homeOf(registry, scope, false), key);
  }
}

/** A name that a config builds with, and the default scope there. */
interface NeededKey {
  readonly key: string;
  readonly scope: string | undefined;
}

/** The names under `type`, at any depth, each once for each scope. Names of other registries are among them. */
function neededKeys(values: readonly unknown[], current: string | undefined): NeededKey[] {
  const found = new Map<string, NeededKey>();
  const seen = new Set<unknown>();
  const open = values.map((value) => ({ value, scope: current }));
  for (const { value, scope } of open) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const { type: key, _scope_: own } = value as { readonly type?: unknown; readonly _scope_?: unknown };
    const inner = typeof own === 'string' ? own : scope;
    if (typeof key === 'string') found.set(JSON.stringify([key, inner ?? null]), { key, scope: inner });
    for (const part of Object.values(value)) open.push({ value: part, scope: inner });
  }
  return [...found.values()];
}
