import { type ConfigOrigin, RegistryError } from '../errors.js';
import type { EntryKind, RegistryValue } from './container.js';
import { asQuestion, nearestNames } from './did-you-mean.js';
import { kindOfValue } from './entry-kind.js';
import { displayName, type RegistryEntry, type RegistryView } from './registry-entry.js';
import { lineage, resolveKey, rootOf, searchedNodes, splitScopeKey, subtree } from './scope.js';

/** A message lists so many names; the rest is counted. */
const LISTED_NAMES = 40;

/** Keys longer than this are cut in messages. */
const SHOWN_KEY = 100;

/** The miss of a key: names the registry, the scopes searched, the near names and what is registered there. */
export function unknownTypeError<T>(
  registry: RegistryView<T>,
  key: string,
  origin: ConfigOrigin | undefined,
): RegistryError {
  const place = origin === undefined ? {} : { origin };
  const shown = key.length > SHOWN_KEY ? `${key.slice(0, SHOWN_KEY)}…` : key;
  const question = asQuestion(suggestions(registry, key));
  const nodes = searchedNodes(registry, key);
  if (nodes.length === 0) {
    const all = subtree<RegistryView<unknown>>(rootOf(registry));
    const pending = all.flatMap((node) => node.locations.pending);
    if (pending.length > 0) return notImportedError(registry, shown, pending, place);
    const scopes = all.map((node) => node.scope);
    return new RegistryError({
      code: 'unknown-type',
      what: `'${shown}' names a scope that no registry around '${registry.name}' has, or several have${question}`,
      expected: `one of the scopes ${listNames(scopes)}, with the scopes around it where several registries have it`,
      ...place,
    });
  }
  const pending = nodes.flatMap((node) => node.locations.pending);
  if (pending.length > 0) return notImportedError(registry, shown, pending, place);
  const searched = nodes.map((node) => `'${node.scope}'`).join(', then ');
  return new RegistryError({
    code: 'unknown-type',
    what: `'${shown}' is not in the registry '${registry.name}' (searched scope ${searched})${question}`,
    expected: describeNames(nodes),
    ...place,
  });
}

/** `build` cannot wait for an import: what is missing may be in a location that nobody imported yet. */
function notImportedError(
  registry: RegistryView<unknown>,
  key: string,
  pending: readonly string[],
  place: { readonly origin?: ConfigOrigin },
): RegistryError {
  return new RegistryError({
    code: 'locations-not-imported',
    what: `'${key}' is not in the registry '${registry.name}' yet: some of its locations are not imported (${pending.join(', ')})`,
    fix: 'write await REGISTRY.importLocations() before, or await REGISTRY.buildAsync(…), since build() cannot wait',
    ...place,
  });
}

/** The refusal of a name that is taken. */
export function duplicateError(
  registry: string,
  owner: Pick<RegistryEntry<unknown>, 'name' | 'scope'> & Partial<RegistryEntry<unknown>>,
  value: RegistryValue<unknown>,
): RegistryError {
  const earlier =
    owner.value === undefined ? 'by a service in its container' : `by ${described(owner.value, owner.kind)}`;
  return new RegistryError({
    code: 'duplicate-name',
    what: `'${owner.name}' is already registered in the registry '${registry}' (scope '${owner.scope}') ${earlier}; ${described(value, kindOfValue(value))} wants it too`,
    fix: 'register under another name, or pass { force: true } to replace the earlier one',
  });
}

function described(value: RegistryValue<unknown>, kind: EntryKind | undefined): string {
  return `the ${kind ?? 'class'} ${displayName(value)}`;
}

/** `one of A, B, C`, over the names that the nodes hold. */
export function describeNames(nodes: readonly RegistryView<unknown>[]): string {
  const names = [...new Set(nodes.flatMap((node) => node.keys()))];
  return names.length === 0 ? 'a registered name, but nothing is registered there' : `one of ${listNames(names)}`;
}

function listNames(names: readonly string[]): string {
  const sorted = [...new Set(names)].sort();
  const rest = sorted.length - LISTED_NAMES;
  return `${sorted.slice(0, LISTED_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Near names all over the tree, written as they would be found from this registry. */
function suggestions(registry: RegistryView<unknown>, key: string): string[] {
  const wanted = resolveKey(registry, key)?.name ?? splitScopeKey(key).name;
  const line = new Set<RegistryView<unknown>>(lineage(registry));
  const others = subtree<RegistryView<unknown>>(rootOf(registry)).filter((node) => !line.has(node));
  const written = new Map<string, string>();
  for (const node of [...line, ...others]) {
    for (const name of node.keys()) {
      if (!written.has(name)) written.set(name, line.has(node) ? name : `${node.scope}.${name}`);
    }
  }
  return nearestNames(wanted, written.keys()).map((name) => written.get(name) ?? name);
}

/** A second child of one scope. */
export function duplicateScopeError<T>(registry: RegistryView<T>, earlier: RegistryView<T>): RegistryError {
  return new RegistryError({
    code: 'duplicate-scope',
    what: `The registry '${registry.name}' has a child of scope '${earlier.scope}' already: '${earlier.name}'`,
    fix: 'give the new registry another scope',
  });
}
