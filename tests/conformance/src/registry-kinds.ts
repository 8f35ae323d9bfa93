import { IncipitError } from '@incipit/registry';
import { kindOf } from './error-kinds.js';
import { PythonError } from './registry-world.js';

/** Error codes that only the registry's own cases meet, as the Python exceptions of the original. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['bad-key', 'TypeError'],
  ['bad-class', 'TypeError'],
  ['bad-name', 'TypeError'],
  ['bad-force', 'TypeError'],
  ['bad-registry', 'TypeError'],
  ['bad-default-args', 'TypeError'],
  ['bad-extra', 'TypeError'],
  ['missing-scope-name', 'TypeError'],
  ['missing-method', 'AttributeError'],
  ['duplicate-name', 'KeyError'],
  ['bad-scope-name', 'AssertionError'],
  ['duplicate-scope', 'AssertionError'],
  ['bad-parent', 'AssertionError'],
  ['bad-scope', 'AssertionError'],
  ['not-epoch-based', 'AssertionError'],
]);

/** Build functions of the original that assert that a config is a dict, where the others raise a TypeError. */
const ASSERTING: ReadonlySet<unknown> = new Set(['build_runner_from_cfg', 'build_scheduler_from_cfg']);

/**
 * The Python exception that stands for an error of a registry.
 *
 * @param buildFunction the build function of the registry that was asked, if it has a name.
 */
export function registryKindOf(error: unknown, buildFunction?: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof PythonError) return at.kind;
  if (!(error instanceof IncipitError)) return kindOf(error, false);
  if (error.code === 'bad-config' && ASSERTING.has(buildFunction)) return 'AssertionError';
  return KINDS.get(error.code) ?? kindOf(error, false);
}
