import { isMapping } from '../schema/mapping.js';
import { copyData } from './config-data.js';
import { DELETE_KEY, deletes } from './merge.js';
import type { ConfigMapping, ConfigValue } from './value.js';

type Parts = Readonly<Record<string, unknown>>;

/**
 * mmengine's `ConfigDict.merge`: mappings are merged key by key, `_delete_` drops what was there, and anything else
 * replaces what it meets, a mapping too. Neither argument changes.
 */
export function mergeData(base: Parts, other: Parts): ConfigMapping {
  return merge(copyData(other) as ConfigMapping, copyData(base) as ConfigMapping) as ConfigMapping;
}

function merge(other: ConfigValue, base: ConfigValue | undefined): ConfigValue {
  if (Array.isArray(other)) return Object.isFrozen(other) ? other : other.map((item) => merge(item, undefined));
  if (!isMapping(other)) return other;
  const kept = isMapping(base) && !deletes(other) ? base : {};
  const merged: Record<string, ConfigValue> = { ...kept };
  for (const [key, value] of Object.entries(other)) {
    if (key !== DELETE_KEY) merged[key] = merge(value, Object.hasOwn(kept, key) ? kept[key] : undefined);
  }
  return merged;
}

/** mmengine's `ConfigDict.update`: as Python's, but a mapping that meets a mapping is updated and not replaced. */
export function updateData(base: Parts, other: Parts): ConfigMapping {
  const updated = copyData(base) as Record<string, ConfigValue>;
  for (const [key, value] of Object.entries(copyData(other) as ConfigMapping)) {
    const old = Object.hasOwn(updated, key) ? updated[key] : undefined;
    updated[key] = isMapping(old) && isMapping(value) ? updateData(old, value) : value;
  }
  return updated;
}
