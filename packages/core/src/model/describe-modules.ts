import { AdapterError } from '../errors.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { joinPath } from '../ir/path.js';
import { BaseModule } from './base-module.js';
import { Module } from './module.js';
import type { InitScope, ModuleNode } from './module-node.js';
import type { Parameter } from './parameter.js';

/** A tree of modules as data, and what its paths stand for. */
export interface DescribedModules {
  readonly root: ModuleNode;
  /** Parameters by every path of theirs. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Every module with its path, a module that is held twice once for each. */
  readonly modules: readonly (readonly [path: string, module: Module])[];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Where a module lists a parameter. */
interface Listing {
  /** Number of the module, parents before children. */
  readonly module: number;
  readonly list: ParameterSpec[];
  readonly index: number;
  readonly name: string;
  readonly path: string;
}

/** @throws AdapterError `cycle` when a module holds itself. */
export function describeModules(root: Module): DescribedModules {
  const description = new Description();
  const node = description.of(root, '');
  description.tie();
  return { root: node, parameters: description.parameters, modules: description.modules };
}

/** Asks every module for its members once: they may be computed. */
class Description {
  readonly parameters = new Map<string, Parameter>();
  readonly modules: (readonly [string, Module])[] = [];
  readonly #listings = new Map<Parameter, Listing | Listing[]>();
  readonly #tied = new Set<Parameter>();
  readonly #above = new Set<Module>();

  of(module: Module, path: string): ModuleNode {
    if (this.#above.has(module)) {
      throw new AdapterError({ code: 'cycle', what: 'a module holds itself', fix: 'break the cycle', path });
    }
    this.#above.add(module);
    const number = this.modules.push([path, module]);
    const parameters: ParameterSpec[] = [];
    const children: ModuleNode[] = [];
    let absent: string[] | undefined;
    for (const [name, member] of module.members()) {
      if (member === null) absent = [...(absent ?? []), name];
      else if (member instanceof Module) children.push(this.of(member, joinPath(path, name)));
      else {
        const own = joinPath(path, name);
        this.#list(member, { module: number, list: parameters, index: parameters.length, name, path: own });
      }
    }
    this.#above.delete(module);
    const node: Mutable<ModuleNode> = { path, types: module.typeNames, parameters, children };
    if (absent !== undefined) node.absent = absent;
    if (module.isWrapper) node.wrapper = true;
    if (module instanceof BaseModule) {
      node.initCfg = module.initCfg;
      node.isInit = module.isInit;
    }
    const initWeights = userInitWeights(module);
    if (initWeights !== undefined) node.initWeights = initWeights;
    return node;
  }

  #list(parameter: Parameter, listing: Listing): void {
    const { list, name, path } = listing;
    list.push(parameter.describe(path, name, []));
    this.parameters.set(path, parameter);
    const known = this.#listings.get(parameter);
    if (known === undefined) this.#listings.set(parameter, listing);
    else {
      this.#listings.set(parameter, Array.isArray(known) ? [...known, listing] : [known, listing]);
      this.#tied.add(parameter);
    }
  }

  /** A parameter in several places appears in each under the path in the first module that holds it. */
  tie(): void {
    for (const parameter of this.#tied) {
      const listings = this.#listings.get(parameter);
      if (!Array.isArray(listings)) continue;
      listings.sort((a, b) => a.module - b.module || a.index - b.index);
      const [first, ...aliases] = listings.map(({ path }) => path);
      for (const { list, index, name } of listings) list[index] = parameter.describe(first ?? '', name, aliases);
    }
  }
}

/** The module's own `initWeights`, unless it is the default. Any module may have one, as in the original. */
function userInitWeights(module: Module): ((scope: InitScope) => void) | undefined {
  const { initWeights } = module as Partial<BaseModule>;
  if (typeof initWeights !== 'function' || initWeights === BaseModule.prototype.initWeights) return undefined;
  return (scope) => initWeights.call(module as BaseModule, scope);
}
