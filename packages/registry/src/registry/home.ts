import { RegistryError } from '../errors.js';
import { shorten } from '../schema/mapping.js';
import { DEFAULT_SCOPE, type DefaultScope } from './default-scope.js';
import type { RegistryView } from './registry-entry.js';
import { findScope, rootOf } from './scope.js';

/**
 * The registry that builds under a default scope: the first of that scope in the whole tree. Without a default scope,
 * or where no registry has it, that is the registry itself; the latter is a warning, `scope-not-found`.
 */
export function homeOf<R extends RegistryView<unknown>>(registry: R, scope: string | undefined, warns = true): R {
  if (scope === undefined) return registry;
  const root = rootOf(registry);
  const found = findScope(root, scope);
  if (found === undefined && warns) {
    registry.defaultScope.warn(
      'scope-not-found',
      `No registry around '${root.name}' has the default scope '${shorten(scope)}'; '${registry.name}' (scope '${registry.scope}') is used instead`,
    );
  }
  return found ?? registry;
}

/** @throws RegistryError `bad-default-scope` when a child is given another one than its parent has. */
export function checkedDefaultScope(
  own: DefaultScope | undefined,
  parent: RegistryView<unknown> | undefined,
  name: string,
): DefaultScope {
  if (parent === undefined) return own ?? DEFAULT_SCOPE;
  if (own === undefined || own === parent.defaultScope) return parent.defaultScope;
  throw new RegistryError({
    code: 'bad-default-scope',
    what: `The registry '${name}' has another default scope than its parent '${parent.name}'`,
    fix: 'give it to the root alone',
  });
}
