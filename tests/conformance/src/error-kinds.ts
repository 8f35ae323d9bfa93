import { IncipitError } from '@incipit/registry';

/** Incipit's error codes as the Python exceptions that the original raises at the same point. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['unknown-type', 'KeyError'],
  ['missing-type', 'KeyError'],
  ['bad-type', 'TypeError'],
  ['bad-config', 'TypeError'],
  ['bad-init-cfg', 'TypeError'],
  ['bad-rule', 'TypeError'],
  ['bad-override', 'TypeError'],
  ['bad-option', 'TypeError'],
  ['missing-option', 'TypeError'],
  ['unknown-option', 'TypeError'],
  ['bad-value', 'ValueError'],
  ['unknown-mode', 'ValueError'],
  ['unknown-nonlinearity', 'ValueError'],
  ['bad-slope', 'ValueError'],
  ['bad-probability', 'ValueError'],
  ['override-without-name', 'ValueError'],
  ['override-without-type', 'ValueError'],
  ['no-fans', 'ValueError'],
  ['bad-bounds', 'RuntimeError'],
  ['missing-attribute', 'RuntimeError'],
  ['not-a-module', 'AttributeError'],
  ['no-init-weights', 'AttributeError'],
  ['unmatched-rule', 'ConfigError'],
  ['not-found', 'FileNotFoundError'],
  ['prefix-not-found', 'AssertionError'],
]);

/** Options whose bad values the original meets elsewhere than in a check of its own. */
const KINDS_OF_VALUES: ReadonlyMap<string, string> = new Map([
  // `assert distribution in ['uniform', 'normal']`
  ['distribution', 'AssertionError'],
  // torch's samplers refuse it.
  ['std', 'RuntimeError'],
  ['checkpoint', 'FileNotFoundError'],
]);

/**
 * The Python exception that stands for an error.
 *
 * @param inInitWeights true under `init_weights`, which asserts that each rule is a dict where `initialize` raises.
 */
export function kindOf(error: unknown, inInitWeights: boolean): string {
  if (!(error instanceof IncipitError)) throw error;
  if (inInitWeights && error.code === 'bad-rule') return 'AssertionError';
  if (error.code === 'bad-value') {
    const [problem] = error.problems;
    // `(a - mean) / std`
    if (problem?.subject === 'std' && problem.what.endsWith(' is 0')) return 'ZeroDivisionError';
    return KINDS_OF_VALUES.get(problem?.subject ?? '') ?? 'ValueError';
  }
  return KINDS.get(error.code) ?? 'RuntimeError';
}
