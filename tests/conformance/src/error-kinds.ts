import { IncipitError, type Problem } from '@incipit/registry';
import { CONFIG_KINDS } from './config-kinds.js';
import { PythonError } from './python-error.js';

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
  ...CONFIG_KINDS,
]);

/** Options whose bad values the original meets elsewhere than in a check of its own. */
const KINDS_OF_VALUES: ReadonlyMap<string, string> = new Map([
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
  if (error instanceof PythonError) return error.kind;
  // A mistake of ours: told as what no case expects, so that the other cases still run.
  if (!(error instanceof IncipitError)) return 'InternalError';
  if (inInitWeights && ASSERTED.has(error.code)) return 'AssertionError';
  const [problem] = error.problems;
  return (problem === undefined ? undefined : kindOfOption(problem)) ?? KINDS.get(error.code) ?? 'RuntimeError';
}

/** `init_weights` walks over what it is given and asserts that each item is a dict. */
const ASSERTED: ReadonlySet<string> = new Set(['bad-rule']);

function kindOfOption({ code, subject, what }: Problem): string | undefined {
  if (code !== 'bad-value' && code !== 'bad-option') return undefined;
  if (subject === 'distribution') return 'AssertionError';
  // The type of NaN is right in Python.
  if (subject === 'bias_prob' && what.endsWith(' is NaN')) return 'ValueError';
  if (code === 'bad-option') return undefined;
  // `(a - mean) / std`
  if (subject === 'std' && what.endsWith(' is 0')) return 'ZeroDivisionError';
  return KINDS_OF_VALUES.get(subject);
}
