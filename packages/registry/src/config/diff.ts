import { type ConfigOrigin, formatOrigin } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { type ConfigPath, formatKey, type OriginLookup } from '../schema/origin.js';
import { checkSize } from './config-data.js';
import { isTuple } from './value.js';

/** One difference between two configs. */
export interface ConfigChange {
  readonly path: ConfigPath;
  readonly kind: 'added' | 'removed' | 'changed';
  /** The value in the first config; absent for what was added. */
  readonly before?: unknown;
  /** The value in the second config; absent for what was removed. */
  readonly after?: unknown;
  /** Where the first config has it, or would have it. */
  readonly beforeOrigin: ConfigOrigin;
  readonly afterOrigin: ConfigOrigin;
}

/** What is compared: data that knows where it was written. */
export interface Comparable {
  readonly value: unknown;
  readonly origin: OriginLookup;
}

/**
 * The differences between two configs, in the order of the first. Mappings and lists are compared part by part; a
 * tuple is not equal to a list.
 *
 * @throws ConfigError `config-too-large`, for data that holds itself too.
 */
export function diffConfigs(before: Comparable, after: Comparable): readonly ConfigChange[] {
  for (const { value, origin } of [before, after]) checkSize(value, origin([]));
  const changes: ConfigChange[] = [];
  const compare = (a: unknown, b: unknown, path: ConfigPath): void => {
    if (isMapping(a) && isMapping(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        const inner = [...path, key];
        if (!Object.hasOwn(b, key)) note(inner, { kind: 'removed', before: a[key] });
        else if (!Object.hasOwn(a, key)) note(inner, { kind: 'added', after: b[key] });
        else compare(a[key], b[key], inner);
      }
    } else if (Array.isArray(a) && Array.isArray(b) && isTuple(a) === isTuple(b)) {
      for (let index = 0; index < Math.max(a.length, b.length); index++) {
        const inner = [...path, index];
        if (index >= b.length) note(inner, { kind: 'removed', before: a[index] });
        else if (index >= a.length) note(inner, { kind: 'added', after: b[index] });
        else compare(a[index], b[index], inner);
      }
    } else if (!sameScalar(a, b)) {
      note(path, { kind: 'changed', before: a, after: b });
    }
  };
  const note = (path: ConfigPath, change: Pick<ConfigChange, 'kind' | 'before' | 'after'>): void => {
    changes.push({ path, ...change, beforeOrigin: before.origin(path), afterOrigin: after.origin(path) });
  };
  compare(before.value, after.value, []);
  return changes;
}

/** NaN equals itself, and the two zeros equal each other. */
function sameScalar(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/**
 * Differences as text, a line for each side.
 *
 * @example '- model.depth: 50  [base.yaml:3]\n+ model.depth: 101  [child.yaml:2]\n'
 */
export function formatDiff(changes: readonly ConfigChange[]): string {
  return changes.map((change) => `${sideLine(change, '-')}${sideLine(change, '+')}`).join('');
}

function sideLine(change: ConfigChange, side: '-' | '+'): string {
  if (change.kind === (side === '-' ? 'added' : 'removed')) return '';
  const [value, origin] = side === '-' ? [change.before, change.beforeOrigin] : [change.after, change.afterOrigin];
  const { key: _, ...place } = origin;
  const where = formatOrigin(place);
  return `${side} ${formatKey(change.path)}: ${showValue(value)}${where === '' ? '' : `  [${where}]`}\n`;
}
