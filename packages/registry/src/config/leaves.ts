import type { ConfigOrigin } from '../errors.js';
import { isMapping } from '../schema/mapping.js';
import { type ConfigPath, formatKey } from '../schema/origin.js';
import { checkSize } from './config-data.js';
import type { Comparable } from './diff.js';

/** A part of a config that holds no other parts, and where it was written. */
export interface ConfigLeaf {
  readonly path: ConfigPath;
  /** The path as text: `model.stages[0].out`. */
  readonly key: string;
  readonly value: unknown;
  readonly origin: ConfigOrigin;
}

/**
 * The leaves of a config in order: simple values, empty lists and mappings, and what is imported lazily.
 *
 * @throws ConfigError `config-too-large`, for data that holds itself too.
 * @example for (const { key, origin } of configLeaves(config)) console.log(key, origin.file, origin.line);
 */
export function configLeaves(config: Comparable): readonly ConfigLeaf[] {
  checkSize(config.value, config.origin([]));
  const leaves: ConfigLeaf[] = [];
  const collect = (value: unknown, path: ConfigPath): void => {
    const parts = partsOf(value);
    if (parts.length === 0) leaves.push({ path, key: formatKey(path), value, origin: config.origin(path) });
    for (const [step, part] of parts) collect(part, [...path, step]);
  };
  collect(config.value, []);
  return leaves;
}

function partsOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return isMapping(value) && !Object.hasOwn(value, '$lazy') ? Object.entries(value) : [];
}
