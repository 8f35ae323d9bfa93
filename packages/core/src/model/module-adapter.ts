import { AdapterError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import { joinPath } from '../ir/path.js';
import type { Plan } from '../ir/plan.js';
import type { Adapter, KeptValues } from './adapter.js';
import { BaseModule } from './base-module.js';
import { initInfoOf } from './init-info.js';
import { Module } from './module.js';
import type { InitScope, ModuleNode } from './module-node.js';
import type { Parameter } from './parameter.js';
import type { TensorData, TensorPart } from './tensor-data.js';

/**
 * The adapter of a {@link Module} tree.
 *
 * A parameter held by several modules appears in each of them under its first path. A module held twice is visited
 * twice, as in torch; its parameters are then tied.
 *
 * @throws AdapterError `cycle` when a module holds itself.
 */
export class ModuleAdapter implements Adapter {
  readonly framework = 'module';
  readonly #root: Module;
  /** By every path of theirs, as the last `tree` found them: to look each up from the root would be quadratic. */
  #parameters: ReadonlyMap<string, Parameter> | undefined;

  constructor(root: Module) {
    this.#root = root;
  }

  tree(): ModuleNode {
    const root = visit(this.#root, '', []);
    const paths = pathsOf(root);
    this.#parameters = byPath(paths);
    return describe(root, paths);
  }

  async read(path: string): Promise<TensorData> {
    const parameter = this.#find(path);
    return { dtype: parameter.dtype, shape: parameter.shape, bytes: parameter.bytes.slice() };
  }

  readPart(path: string, offset: number, out: Uint8Array): boolean {
    const { bytes, dtype } = this.#find(path);
    const start = offset * byteSize(dtype);
    out.set(bytes.subarray(start, start + out.byteLength));
    return true;
  }

  write(path: string, tensor: TensorData): void {
    this.#find(path).set(tensor);
  }

  writePart(path: string, part: TensorPart): boolean {
    this.#find(path).setPart(part);
    return true;
  }

  keep(path: string): KeptValues {
    const parameter = this.#find(path);
    return parameter.keep();
  }

  /** Marks the modules whose `initWeights` ran, and notes at each parameter what set it. */
  executed(plan: Plan): void {
    for (const { path, provenance } of plan.steps) this.#find(path).noteInit(initInfoOf(provenance));
    if (plan.initialized.length === 0) return;
    const wanted = new Set(plan.initialized);
    for (const { path, module } of walk(visit(this.#root, '', []))) {
      if (wanted.has(path) && module instanceof BaseModule) module.isInit = true;
    }
  }

  #find(path: string): Parameter {
    this.#parameters ??= byPath(pathsOf(visit(this.#root, '', [])));
    const parameter = this.#parameters.get(path);
    if (parameter !== undefined) return parameter;
    throw new AdapterError({ code: 'unknown-path', what: `the model has no parameter '${path}'`, path });
  }
}

/** A module at one of its places in the tree, with what it holds there. */
interface Visited {
  readonly module: Module;
  readonly path: string;
  readonly parameters: readonly (readonly [name: string, path: string, parameter: Parameter])[];
  readonly children: readonly Visited[];
  readonly absent: readonly string[];
}

/** Asks every module for its members once: they may be computed, and paths are not cheap to join. */
function visit(module: Module, path: string, above: readonly Module[]): Visited {
  if (above.includes(module)) {
    throw new AdapterError({ code: 'cycle', what: 'a module holds itself', fix: 'break the cycle', path });
  }
  const inside = [...above, module];
  const parameters: Visited['parameters'][number][] = [];
  const children: Visited[] = [];
  const absent: string[] = [];
  for (const [name, member] of module.members()) {
    if (member === null) absent.push(name);
    else if (member instanceof Module) children.push(visit(member, joinPath(path, name), inside));
    else parameters.push([name, joinPath(path, name), member]);
  }
  return { module, path, parameters, children, absent };
}

/** Parents before children. */
function* walk(visited: Visited): Generator<Visited> {
  yield visited;
  for (const child of visited.children) yield* walk(child);
}

/** Every parameter with all the paths that lead to it, the first one first. */
type ParameterPaths = ReadonlyMap<Parameter, readonly string[]>;

function pathsOf(root: Visited): ParameterPaths {
  const paths = new Map<Parameter, string[]>();
  for (const { parameters } of walk(root)) {
    for (const [, path, parameter] of parameters) {
      const known = paths.get(parameter);
      if (known === undefined) paths.set(parameter, [path]);
      else known.push(path);
    }
  }
  return paths;
}

function byPath(paths: ParameterPaths): ReadonlyMap<string, Parameter> {
  const found = new Map<string, Parameter>();
  for (const [parameter, own] of paths) for (const path of own) found.set(path, parameter);
  return found;
}

function describe({ module, path, parameters, children, absent }: Visited, paths: ParameterPaths): ModuleNode {
  const initWeights = userInitWeights(module);
  return {
    path,
    types: module.typeNames,
    parameters: parameters.map(([name, own, parameter]) => {
      const [first = own, ...aliases] = paths.get(parameter) ?? [];
      return parameter.describe(first, name, aliases);
    }),
    children: children.map((child) => describe(child, paths)),
    ...(absent.length === 0 ? {} : { absent }),
    ...(module.isWrapper ? { wrapper: true } : {}),
    ...(module instanceof BaseModule ? { initCfg: module.initCfg, isInit: module.isInit } : {}),
    ...(initWeights === undefined ? {} : { initWeights }),
  };
}

/** The module's own `initWeights`, unless it is the default. Any module may have one, as in the original. */
function userInitWeights(module: Module): ((scope: InitScope) => void) | undefined {
  const { initWeights } = module as Partial<BaseModule>;
  if (typeof initWeights !== 'function' || initWeights === BaseModule.prototype.initWeights) return undefined;
  return (scope) => initWeights.call(module as BaseModule, scope);
}
