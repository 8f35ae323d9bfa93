import { joinPath, type ModuleNode, type ParameterSpec } from '@incipit/core';
import type { TreeTables } from './tree-patterns.js';

/** A module while its parameters are gathered. */
export interface ModuleDraft {
  readonly path: string;
  readonly names: readonly string[];
  readonly children: ModuleDraft[];
  readonly parameters: ParameterSpec[];
  /** Of the operator whose weights it holds; empty for one that only holds others. */
  types: readonly string[];
}

/** The modules of a graph by their paths, and those above them. */
export class ModuleDrafts {
  readonly #drafts = new Map<string, ModuleDraft>();
  readonly #taken = new Set<string>();
  readonly root: ModuleDraft;

  constructor(rootTypes: readonly string[]) {
    this.root = { path: '', names: [], children: [], parameters: [], types: rootTypes };
    this.#drafts.set('', this.root);
  }

  /** The module of these names. */
  at(names: readonly string[]): ModuleDraft {
    const last = names.at(-1);
    if (last === undefined) return this.root;
    const parent = this.at(names.slice(0, -1));
    const path = joinPath(parent.path, last);
    const known = this.#drafts.get(path);
    if (known !== undefined) return known;
    const draft: ModuleDraft = { path, names, children: [], parameters: [], types: [] };
    this.#drafts.set(path, draft);
    parent.children.push(draft);
    return draft;
  }

  /** The module of these names for an operator; below it when they name another operator's. */
  ofOperator(names: readonly string[], types: readonly string[]): ModuleDraft {
    const draft = this.at(names);
    if (draft.types.length > 0 && draft.types[0] !== types[0])
      return this.ofOperator([...names, types[0] ?? ''], types);
    if (draft.types.length === 0) draft.types = types;
    return draft;
  }

  /** Every module, parents first. */
  inOrder(): readonly ModuleDraft[] {
    const below = (draft: ModuleDraft): readonly ModuleDraft[] => [draft, ...draft.children.flatMap(below)];
    return below(this.root);
  }

  /** A path in a module that no other parameter has: of the name that is wanted, else of the tensor's whole name. */
  claim(module: ModuleDraft, wanted: string, whole: string): { readonly name: string; readonly path: string } {
    for (let count = 0; ; count += 1) {
      const name = [wanted, whole][count] ?? `${whole}#${count}`;
      const path = joinPath(module.path, name);
      if (this.#taken.has(path)) continue;
      this.#taken.add(path);
      return { name, path };
    }
  }
}

/** A draft as a module; patterns come before what the graph tells. */
export function nodeOf(draft: ModuleDraft, tables: TreeTables): ModuleNode {
  const told = tables.types(draft.path);
  return {
    path: draft.path,
    types: [...new Set([...(told.length === 0 ? draft.types : told), 'Module'])],
    parameters: draft.parameters,
    children: draft.children.map((child) => nodeOf(child, tables)),
  };
}
