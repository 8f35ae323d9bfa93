import { AdapterError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { joinPath, splitPath } from '../ir/path.js';
import type { Plan } from '../ir/plan.js';
import type { Adapter, KeptValues } from './adapter.js';
import { BaseModule } from './base-module.js';
import { noteProvenance } from './init-info.js';
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

  constructor(root: Module) {
    this.#root = root;
  }

  tree(): ModuleNode {
    return describe(this.#root, '', pathsOf(this.#root));
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
    const wanted = new Set(plan.initialized);
    const steps = new Map(plan.steps.map((step) => [step.path, step]));
    for (const [parameter, paths] of pathsOf(this.#root)) {
      const step = paths.map((path) => steps.get(path)).find((found) => found !== undefined);
      if (step !== undefined) noteProvenance(parameter, step.provenance);
    }
    for (const [path, module] of walk(this.#root, '', [])) {
      if (wanted.has(path) && module instanceof BaseModule) module.isInit = true;
    }
  }

  #find(path: string): Parameter {
    const segments = splitPath(path);
    let module: Module | undefined = this.#root;
    for (const name of segments.slice(0, -1)) module = module && new Map(module.children()).get(name);
    const parameter = module && new Map(module.parameters()).get(segments.at(-1) ?? '');
    if (parameter !== undefined) return parameter;
    throw new AdapterError({ code: 'unknown-path', what: `the model has no parameter '${path}'`, path });
  }
}

/** Every parameter with all the paths that lead to it, the first one first. */
type ParameterPaths = ReadonlyMap<Parameter, readonly string[]>;

function pathsOf(root: Module): ParameterPaths {
  const paths = new Map<Parameter, string[]>();
  for (const [path, module] of walk(root, '', [])) {
    for (const [name, parameter] of module.parameters()) {
      const known = paths.get(parameter);
      if (known === undefined) paths.set(parameter, [joinPath(path, name)]);
      else known.push(joinPath(path, name));
    }
  }
  return paths;
}

/** Modules with their paths, parents before children. */
function* walk(module: Module, path: string, above: readonly Module[]): Generator<readonly [string, Module]> {
  if (above.includes(module)) {
    throw new AdapterError({ code: 'cycle', what: 'a module holds itself', fix: 'break the cycle', path });
  }
  yield [path, module];
  for (const [name, child] of module.children()) yield* walk(child, joinPath(path, name), [...above, module]);
}

function describe(module: Module, path: string, paths: ParameterPaths): ModuleNode {
  const parameters: ParameterSpec[] = [];
  const children: ModuleNode[] = [];
  const absent: string[] = [];
  for (const [name, member] of module.members()) {
    if (member === null) absent.push(name);
    else if (member instanceof Module) children.push(describe(member, joinPath(path, name), paths));
    else {
      const [first = joinPath(path, name), ...aliases] = paths.get(member) ?? [];
      parameters.push(member.describe(first, name, aliases));
    }
  }
  const initWeights = userInitWeights(module);
  return {
    path,
    types: module.typeNames,
    parameters,
    children,
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
