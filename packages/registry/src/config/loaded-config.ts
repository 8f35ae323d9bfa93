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
  /** 1-based line of the key, or of the value where there is none. */
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

/** A parsed text: the value beside its lines. */
export interface ParsedText {
  readonly value: JsonValue;
  readonly lines: LineNode;
}

/** Joins a value with its lines. */
export function locatedConfig(parsed: ParsedText, file: string | undefined): LoadedConfig {
  const origin = (path: ConfigPath): ConfigOrigin => {
    let node = parsed.lines;
    for (const step of path) {
      const child = linesOf(node, step);
      if (child === undefined) break;
      node = child;
    }
    return { ...(file === undefined ? {} : { file }), key: formatKey(path), line: node.line };
  };
  return { file, value: parsed.value, origin };
}

/**
 * A config that was not read from text: its origins have keys, but no lines.
 *
 * @param file how messages name it, if at all.
 */
export function configOfValue<V>(value: V, file?: string): LoadedConfig<V> {
  return { file, value, origin: (path) => ({ ...(file === undefined ? {} : { file }), key: formatKey(path) }) };
}
