import type { ParameterSpec } from '../ir/parameter.js';
import type { ModuleNode } from './module-node.js';

/** Every parameter and buffer of a tree, by path, in tree order. */
export function parametersByPath(root: ModuleNode): ReadonlyMap<string, ParameterSpec> {
  const found = new Map<string, ParameterSpec>();
  const visit = (node: ModuleNode): void => {
    for (const parameter of node.parameters) found.set(parameter.path, parameter);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}
