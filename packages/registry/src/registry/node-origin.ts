import { type ConfigOrigin, IncipitError } from '../errors.js';
import { type ConfigPath, type OriginLookup, originAt } from '../schema/origin.js';
import type { BuildContext } from './registry-entry.js';

/** Paths of origins that say nothing but a key inside their own node. */
const PATHS = new WeakMap<ConfigOrigin, ConfigPath>();

/** The nodes whose building threw, and did not know where they stand. */
const NODES = new WeakMap<IncipitError, object>();

/** The origin of a part of a node as far as the context tells it. */
export function partOrigin(context: BuildContext, path: ConfigPath): ConfigOrigin | undefined {
  if (context.origin !== undefined) return originAt(context.origin, path);
  const origin = originAt(undefined, path);
  if (origin !== undefined) PATHS.set(origin, path);
  return origin;
}

/** The same, as the part of an error's details that it is. */
export function placeOf(context: BuildContext, path: ConfigPath): { readonly origin?: ConfigOrigin } {
  const origin = partOrigin(context, path);
  return origin === undefined ? {} : { origin };
}

/** A lookup for checks that ask for parts themselves. */
export function lookupOf(context: BuildContext): ConfigOrigin | OriginLookup {
  if (context.origin !== undefined) return context.origin;
  return (path) => {
    const origin = originAt(undefined, path) ?? {};
    PATHS.set(origin, path);
    return origin;
  };
}

/** Remembers the node that an error is about, for the builder of the node around it. */
export function rememberNode<E>(error: E, node: unknown): E {
  if (error instanceof IncipitError && typeof node === 'object' && node !== null) NODES.set(error, node);
  return error;
}

/** An inner origin, seen from the node around; undefined for what has no place relative to it. */
export type OuterOrigin = (inner: ConfigOrigin | undefined) => ConfigOrigin | undefined;

/**
 * Where an inner error and its problems stand, seen from the node around: a constructor hands on parts of its options
 * without knowing where they were written, but the builder around it can find them again in its own node.
 */
export function outerOrigins(error: IncipitError, outer: object, context: BuildContext): OuterOrigin {
  const node = NODES.get(error);
  const path = node === undefined ? undefined : pathTo(node, outer);
  if (path === undefined) return () => undefined;
  return (inner) => {
    const inside = inner === undefined ? [] : PATHS.get(inner);
    return inside === undefined ? undefined : partOrigin(context, [...path, ...inside]);
  };
}

/** A config larger than this is not searched to the end. */
const MOST_STEPS = 100_000;

/** The path of an object inside another, by identity. */
function pathTo(wanted: object, root: object): ConfigPath | undefined {
  const seen = new Set<object>([root]);
  const open: { readonly at: object; readonly path: ConfigPath }[] = [{ at: root, path: [] }];
  for (const { at, path } of open) {
    if (seen.size > MOST_STEPS) return undefined;
    for (const [key, value] of Object.entries(at)) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      const inner = [...path, Array.isArray(at) ? Number(key) : key];
      if (value === wanted) return inner;
      seen.add(value);
      open.push({ at: value, path: inner });
    }
  }
  return undefined;
}
