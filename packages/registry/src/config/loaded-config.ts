import type { ConfigOrigin } from '../errors.js';
import type { JsonValue } from '../schema/entry.js';
import { type ConfigPath, formatKey, type OriginLookup } from '../schema/origin.js';

/** A config and where each part of it was written. */
export interface LoadedConfig<V = JsonValue> {
  readonly file: string | undefined;
  /** Plain data. YAML's `.nan` and `.inf` stay numbers; all else survives JSON. */
  readonly value: V;
  /**
   * Where the part at a path was written. For a part that is not there, the line is that of the nearest part around it.
   *
   * @example loaded.origin(['init_cfg', 0, 'std']) // { file: 'init.yaml', key: 'init_cfg[0].std', line: 4 }
   */
  readonly origin: OriginLookup;
}

/** Lines of a value and of its parts. */
export interface LineNode {
  /** 1-based line of the key, or of the value where there is none; 0 for what was not read from text. */
  readonly line: number;
  /** File of that line, where it is not the file of the whole. */
  readonly file?: string;
  /** Parts of a list by index, of a mapping by key. */
  readonly children?: readonly LineNode[] | ReadonlyMap<string, LineNode>;
}

/** The lines of one part, if it is there. */
export function linesOf(node: LineNode, step: string | number): LineNode | undefined {
  const { children } = node;
  if (children === undefined) return undefined;
  if (children instanceof Map) return children.get(String(step));
  return typeof step === 'number' ? (children as readonly LineNode[])[step] : undefined;
}

/** Joins a value with its lines. */
export function locatedConfig<V>(
  located: { readonly value: V; readonly lines: LineNode },
  file: string | undefined,
): LoadedConfig<V> {
  return { file, value: located.value, origin: (path) => originIn(located.lines, path, file) };
}

/** Where the part at a path was written; for a part that is not there, the nearest part around it. */
export function originIn(lines: LineNode, path: ConfigPath, file: string | undefined): ConfigOrigin {
  let node = lines;
  for (const step of path) {
    const child = linesOf(node, step);
    if (child === undefined) break;
    node = child;
  }
  const place = node.file ?? file;
  return {
    ...(place === undefined ? {} : { file: place }),
    key: formatKey(path),
    // 0: the part was not written in a text.
    ...(node.line === 0 ? {} : { line: node.line }),
  };
}

/**
 * A config that was not read from text: its origins have keys, but no lines.
 *
 * @param file how messages name it, if at all.
 */
export function configOfValue<V>(value: V, file?: string): LoadedConfig<V> {
  return { file, value, origin: (path) => ({ ...(file === undefined ? {} : { file }), key: formatKey(path) }) };
}
