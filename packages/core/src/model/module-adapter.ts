import type { Plan } from '../ir/plan.js';
import type { Adapter, KeptValues } from './adapter.js';
import { parameterAt, startOfPart } from './adapter-checks.js';
import { BaseModule } from './base-module.js';
import { describeModules } from './describe-modules.js';
import { initInfoOf } from './init-info.js';
import type { Module } from './module.js';
import type { ModuleNode } from './module-node.js';
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
    const { root, parameters } = describeModules(this.#root);
    this.#parameters = parameters;
    return root;
  }

  async read(path: string): Promise<TensorData> {
    const parameter = this.#find(path);
    return { dtype: parameter.dtype, shape: parameter.shape, bytes: parameter.bytes.slice() };
  }

  readPart(path: string, offset: number, out: Uint8Array): boolean {
    const parameter = this.#find(path);
    const { bytes } = parameter;
    const start = startOfPart(parameter, { offset, bytes: out }, path);
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
    for (const [path, module] of describeModules(this.#root).modules) {
      if (wanted.has(path) && module instanceof BaseModule) module.isInit = true;
    }
  }

  #find(path: string): Parameter {
    this.#parameters ??= describeModules(this.#root).parameters;
    return parameterAt(this.#parameters, path, 'the model');
  }
}
