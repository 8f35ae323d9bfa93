import { BaseModule, type InitScope, type Member, Module, Parameter } from './core.js';
import { TORCH_BASES, torchMembers } from './torch-layers.js';

/** A module as a case describes it. */
export interface ModuleSpec {
  readonly type: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly children?: readonly (readonly [string, ModuleSpec])[];
  readonly init_cfg?: unknown;
  readonly params?: readonly (readonly [string, readonly number[] | null])[];
  readonly is_init?: boolean;
}

interface UserInitWeights {
  readonly super: 'before' | 'after' | 'none';
  readonly fill: Readonly<Record<string, number>>;
}

/** A class that a case declares. */
export interface ClassSpec {
  readonly bases: readonly string[];
  readonly init_weights?: UserInitWeights;
}

/** What a case says of its tree as a whole. */
export interface TreeSpec {
  readonly tree: ModuleSpec;
  readonly classes?: Readonly<Record<string, ClassSpec>>;
  readonly tie?: readonly (readonly [string, string])[];
  readonly initial?: Readonly<Record<string, number>>;
}

/** Value of every parameter and floating buffer before a case runs. */
const INITIAL = 0.25;

/** Builds the model of a case. */
export function buildTree(spec: TreeSpec): Module {
  const builder = new TreeBuilder(spec.classes ?? {});
  const root = builder.build(spec.tree);
  for (const [target, alias] of spec.tie ?? []) builder.tie(target, alias);
  for (const [path, parameter] of builder.parameters) fill(parameter, spec.initial?.[path] ?? INITIAL);
  return root;
}

function fill(parameter: Parameter, value: number): void {
  if (parameter.dtype !== 'float32') return;
  const { dtype, shape } = parameter;
  parameter.set({ dtype, shape, bytes: new Uint8Array(Float32Array.from(parameter.values(), () => value).buffer) });
}

interface Description {
  readonly types: readonly string[];
  readonly members: Map<string, Member>;
  readonly wrapper: boolean;
}

class TorchModule extends Module {
  readonly description: Description;

  constructor(description: Description) {
    super();
    this.description = description;
  }

  override get typeNames(): readonly string[] {
    return this.description.types;
  }

  override get isWrapper(): boolean {
    return this.description.wrapper;
  }

  override *members(): Iterable<readonly [string, Member]> {
    yield* this.description.members;
  }
}

class TorchBaseModule extends BaseModule {
  readonly description: Description;

  constructor(description: Description, initCfg: unknown) {
    super(initCfg);
    this.description = description;
  }

  override get typeNames(): readonly string[] {
    return this.description.types;
  }

  override *members(): Iterable<readonly [string, Member]> {
    yield* this.description.members;
  }
}

class TreeBuilder {
  readonly parameters = new Map<string, Parameter>();
  readonly #holders = new Map<string, Map<string, Member>>();
  readonly #classes: Readonly<Record<string, ClassSpec>>;

  constructor(classes: Readonly<Record<string, ClassSpec>>) {
    this.#classes = classes;
  }

  build(spec: ModuleSpec, path = ''): Module {
    const chain = this.#chain(spec.type);
    const members = new Map<string, Member>();
    for (const type of chain)
      for (const [name, member] of torchMembers(type, spec.args ?? {})) members.set(name, member);
    for (const [name, shape] of spec.params ?? []) members.set(name, shape === null ? null : new Parameter(shape));
    for (const [name, member] of members) {
      if (member instanceof Parameter) this.parameters.set(join(path, name), member);
    }
    for (const [name, child] of spec.children ?? []) members.set(name, this.build(child, join(path, name)));
    this.#holders.set(path, members);
    const types = [...new Set(chain.map((type) => type.replace(/^nn\./, '')))];
    const description = { types, members, wrapper: chain.includes('DataParallel') };
    const module = chain.includes('BaseModule')
      ? new TorchBaseModule(description, spec.init_cfg)
      : new TorchModule(description);
    if (module instanceof BaseModule && spec.is_init === true) module.isInit = true;
    const user = chain.find((type) => this.#classes[type]?.init_weights !== undefined);
    if (user !== undefined) Object.assign(module, { initWeights: (scope: InitScope) => this.#userInit(user, scope) });
    return module;
  }

  /** The second name becomes another name of the first parameter. */
  tie(target: string, alias: string): void {
    const parameter = this.parameters.get(target);
    const dot = alias.lastIndexOf('.');
    const holder = this.#holders.get(alias.slice(0, Math.max(dot, 0)));
    if (parameter === undefined || holder === undefined) throw new Error(`cannot tie '${alias}' to '${target}'`);
    holder.set(alias.slice(dot + 1), parameter);
    this.parameters.delete(alias);
  }

  /** A class, and every class that it extends as far as the tables tell, nearest first. */
  #chain(type: string): readonly string[] {
    const bases = this.#classes[type]?.bases ?? TORCH_BASES.get(type) ?? [];
    return [...new Set([type, ...bases.flatMap((base) => this.#chain(base))])];
  }

  #userInit(type: string, scope: InitScope): void {
    const own = this.#classes[type]?.init_weights;
    if (own === undefined) return;
    if (own.super === 'before') this.#superInit(type, scope);
    for (const [name, value] of Object.entries(own.fill)) scope.set(name, { kind: 'constant', value });
    if (own.super === 'after') this.#superInit(type, scope);
  }

  #superInit(type: string, scope: InitScope): void {
    const above = this.#chain(type).slice(1);
    const user = above.find((base) => this.#classes[base]?.init_weights !== undefined);
    if (user === undefined) scope.initWeights();
    else this.#userInit(user, scope);
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
