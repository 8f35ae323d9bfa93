import { nearestNames } from '@incipit/registry';
import type { ModuleNode } from '../model/module-node.js';

/** True when a rule that names `layers` means this module: its class, any class it extends, or an alias of them. */
export function matchesLayer(node: ModuleNode, layers: readonly string[]): boolean {
  return layers.some((layer) => node.types.includes(layer));
}

/** The modules of a tree, children before parents: the order in which rules write. */
export function childrenFirst(node: ModuleNode): readonly ModuleNode[] {
  const nodes: ModuleNode[] = [];
  const visit = (at: ModuleNode): void => {
    for (const child of at.children) visit(child);
    nodes.push(at);
  };
  visit(node);
  return nodes;
}

/** The modules of a tree, parents before children: the order in which a model lists its parameters. */
export function parentsFirst(node: ModuleNode): readonly ModuleNode[] {
  const nodes: ModuleNode[] = [];
  const visit = (at: ModuleNode): void => {
    nodes.push(at);
    for (const child of at.children) visit(child);
  };
  visit(node);
  return nodes;
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
