/**
 * Module names that the same code always gives.
 *
 * tfjs names layers after process-wide counters: `dense_Dense1`, and `dense_Dense3` when the same code builds the
 * model again. Such names get their rank by that counter among the siblings of their class, that is, their order of
 * creation: `dense_Dense1` in every build. Layers created later, and layers with names of the user's, change nothing.
 */

/** A sibling to be named. */
export interface NamedLayer {
  readonly name: string;
  readonly className: string;
  /** Put before the automatic part by a wrapper: `forward_`, `backward_`. */
  readonly prefix?: string;
  /** True where the name is known to be the user's though it looks automatic. */
  readonly given?: boolean;
}

/** Final names, in the order asked, and which of them had to be changed because a sibling has the same. */
export interface SiblingNames {
  readonly names: readonly string[];
  /** Index of the sibling → the name that it shares with an earlier one. */
  readonly repeated: ReadonlyMap<number, string>;
}

interface AutomaticName {
  readonly before: string;
  readonly counter: bigint;
  readonly after: string;
}

/** Classes that tfjs names without the class's spelling: `sequential_1`, `model1`, `functional1`, `input1`. */
const SHORT_STEMS: Readonly<Record<string, string>> = {
  Sequential: 'sequential_',
  Model: 'model',
  Functional: 'functional',
  InputLayer: 'input',
};

const DIGITS = /^[1-9][0-9]*$/;

/**
 * Splits a name that tfjs made up: `snake_case(Class) + '_' + Class + counter`, one of the short stems and a counter,
 * or, for the input of a `Sequential`, the first layer's automatic name and `_input`.
 *
 * @returns undefined for a name of the user's.
 */
export function automaticName(layer: NamedLayer): AutomaticName | undefined {
  if (layer.given === true) return undefined;
  const prefix = layer.prefix !== undefined && layer.name.startsWith(layer.prefix) ? layer.prefix : '';
  const name = layer.name.slice(prefix.length);
  const stem = SHORT_STEMS[layer.className];
  if (stem !== undefined && name.startsWith(stem) && DIGITS.test(name.slice(stem.length))) {
    return { before: prefix + stem, counter: BigInt(name.slice(stem.length)), after: '' };
  }
  const after = layer.className === 'InputLayer' && name.endsWith('_input') ? '_input' : '';
  const match = /^(.+)_(.*?[^0-9])([1-9][0-9]*)$/.exec(name.slice(0, name.length - after.length));
  return match === null ? undefined : classAndCounter(match, prefix, after, layer.className);
}

function classAndCounter(
  match: RegExpExecArray,
  prefix: string,
  after: string,
  className: string,
): AutomaticName | undefined {
  const name = match[0];
  // The class may end in a digit or hold an underscore, so the split is tried from the class that is known.
  const known = after === '' ? className : (match[2] ?? '');
  for (let at = name.indexOf(`_${known}`); at > 0; at = name.indexOf(`_${known}`, at + 1)) {
    const digits = name.slice(at + 1 + known.length);
    if (DIGITS.test(digits) && isSnakeOf(name.slice(0, at), known)) {
      return { before: `${prefix}${name.slice(0, at)}_${known}`, counter: BigInt(digits), after };
    }
  }
  return undefined;
}

/** tfjs's snake case differs from the class in case, underscores and a `private` before a leading underscore. */
function isSnakeOf(snake: string, className: string): boolean {
  const letters = (text: string): string => text.replaceAll('_', '').toLowerCase();
  const expected = className.startsWith('_') ? `private${letters(className)}` : letters(className);
  return letters(snake) === expected;
}

/** Names for layers that stand side by side; all different. */
export function siblingNames(layers: readonly NamedLayer[]): SiblingNames {
  const automatic = layers.map(automaticName);
  const counters = new Map<string, Set<bigint>>();
  for (const name of automatic) {
    if (name === undefined) continue;
    const family = counters.get(familyOf(name)) ?? new Set();
    counters.set(familyOf(name), family.add(name.counter));
  }
  const wanted = layers.map((layer, index) => {
    const name = automatic[index];
    if (name === undefined) return layer.name;
    const family = [...(counters.get(familyOf(name)) ?? [])].sort((a, b) => (a < b ? -1 : 1));
    return `${name.before}${family.indexOf(name.counter) + 1}${name.after}`;
  });
  return makeUnique(wanted);
}

function familyOf(name: AutomaticName): string {
  return `${name.before}\n${name.after}`;
}

/** Gives the second and later of equal names an ordinal that none of the others has: `d`, `d_2`. */
export function makeUnique(wanted: readonly string[]): SiblingNames {
  const taken = new Set(wanted);
  const used = new Set<string>();
  const repeated = new Map<number, string>();
  const names = wanted.map((name, index) => {
    let unique = name;
    for (let ordinal = 2; used.has(unique) || (unique !== name && taken.has(unique)); ordinal += 1) {
      unique = `${name}_${ordinal}`;
    }
    used.add(unique);
    if (unique !== name) repeated.set(index, name);
    return unique;
  });
  return { names, repeated };
}
