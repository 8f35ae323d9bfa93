import { nearestNames } from '@incipit/registry';
import type { ModuleNode } from '../model/module-node.js';

/** True when a rule that names `layers` means this module: its class, any class it extends, or an alias of them. */
export function matchesLayer(node: ModuleNode, layers: readonly string[]): boolean {
  return layers.some((layer) => node.types.includes(layer));
}

/** Visits a tree, children before parents: the order in which rules write. */
export function* childrenFirst(node: ModuleNode): Generator<ModuleNode> {
  for (const child of node.children) yield* childrenFirst(child);
  yield node;
}

/** Visits a tree, parents before children: the order in which a model lists its parameters. */
export function* parentsFirst(node: ModuleNode): Generator<ModuleNode> {
  yield node;
  for (const child of node.children) yield* parentsFirst(child);
}

/** Class names in a tree, each once, sorted: what a rule could have named. */
export function layerNames(root: ModuleNode): readonly string[] {
  const names = new Set<string>();
  for (const node of parentsFirst(root)) {
    const [name] = node.types;
    if (name !== undefined) names.add(name);
  }
  return [...names].sort();
}

/** Type names that someone who wrote `layer` can have meant, nearest first: one that differs in case only is alone. */
export function nearLayerNames(root: ModuleNode, layer: string): readonly string[] {
  const types = new Set<string>();
  for (const node of parentsFirst(root)) for (const type of node.types) types.add(type);
  const same = [...types].filter((type) => type.toLowerCase() === layer.toLowerCase());
  return same.length > 0 ? same : nearestNames(layer, types);
}
