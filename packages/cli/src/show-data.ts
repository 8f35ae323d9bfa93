import type { ConfigPath } from '@incipit/registry/config';
import { formatKey } from '@incipit/registry/config';

const INDENT = '  ';

/** Data as JSON on several lines. `NaN` and the infinities, which JSON lacks, are written as Python writes them. */
export function dataAsJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return scalarAsJson(value);
  const inner = indent + INDENT;
  const list = Array.isArray(value);
  const parts = list
    ? value.map((item) => inner + dataAsJson(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${dataAsJson(item, inner)}`);
  const [open, close] = list ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function scalarAsJson(value: unknown): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  return JSON.stringify(value) ?? 'null';
}

/** What holds nothing further: a scalar, or an empty list or mapping. */
export interface Leaf {
  readonly path: ConfigPath;
  /** `model.layers[0].type`. */
  readonly key: string;
  readonly text: string;
}

/** All leaves of data, in order. */
export function leavesOf(value: unknown, path: ConfigPath = []): Leaf[] {
  const steps: readonly (readonly [string | number, unknown])[] =
    typeof value !== 'object' || value === null
      ? []
      : Array.isArray(value)
        ? [...value.entries()]
        : Object.entries(value);
  if (steps.length > 0) return steps.flatMap(([step, item]) => leavesOf(item, [...path, step]));
  return path.length === 0 ? [] : [{ path, key: formatKey(path), text: dataAsJson(value) }];
}
