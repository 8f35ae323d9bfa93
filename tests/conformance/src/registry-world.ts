import {
  type BuildFunction,
  buildFromConfig,
  buildRunnerFromConfig,
  buildSchedulerFromConfig,
  buildSequenceWith,
  DefaultScope,
  partial,
  Registry,
  type RegistryValue,
} from '@incipit/registry';
import { Tuple } from './protocol.js';

/** How S1 describes an object to register; anything left out is a class that takes any options. */
export interface ObjectSpec {
  readonly kind?: 'class' | 'function' | 'partial' | 'module';
  readonly bound?: Fields;
  readonly params?: Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>;
  readonly throws?: string;
  readonly builds?: { readonly arg: string; readonly registry: string };
}

export interface RegisterStep {
  readonly object: unknown;
  readonly name?: unknown;
  readonly force?: unknown;
  readonly decorator?: boolean;
}

export interface RegistrySpec {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly parent?: unknown;
  readonly build_func?: string;
  readonly register?: readonly RegisterStep[];
}

export interface WorldSpec {
  readonly registries: readonly RegistrySpec[];
  readonly objects?: Readonly<Record<string, ObjectSpec>>;
  readonly default_scopes?: readonly (readonly [string, string])[];
}

export type Fields = Readonly<Record<string, unknown>>;

/** What a constructor of a golden world throws: a Python exception by name. */
export class PythonError extends Error {
  readonly kind: string;

  constructor(kind: string) {
    super('boom from constructor');
    this.kind = kind;
  }
}

/** What constructing an object gives, as the goldens tell it. */
class Made {
  readonly told: Fields;

  constructor(told: Fields) {
    this.told = told;
  }
}

/** What a list of modules becomes. */
class SequentialOf {
  readonly parts: readonly unknown[];

  constructor(parts: readonly unknown[]) {
    this.parts = parts;
  }
}

/** Registries, objects and default scopes of one case. */
export class RegistryWorld {
  readonly defaultScope: DefaultScope;
  readonly warnings: Set<string> = new Set<string>();
  readonly registries: Map<string, Registry<unknown>> = new Map<string, Registry<unknown>>();
  readonly #objects = new Map<string, RegistryValue<unknown>>();
  readonly #specs: Readonly<Record<string, ObjectSpec>>;

  constructor(spec: WorldSpec) {
    this.#specs = spec.objects ?? {};
    this.defaultScope = new DefaultScope({ onWarning: ({ code }) => this.warnings.add(code) });
    for (const one of spec.registries) this.#addRegistry(one);
    for (const [instance, scope] of spec.default_scopes ?? []) this.defaultScope.create(instance, scope);
  }

  /** The registry of an id. */
  registry(id: unknown): Registry<unknown> {
    const found = this.registries.get(String(id));
    if (found === undefined) throw new TypeError(`the case names no registry of its world: ${String(id)}`);
    return found;
  }

  idOf(registry: unknown): string | null {
    for (const [id, one] of this.registries) if (one === registry) return id;
    return null;
  }

  /** The object of an id; what is no string stands for itself. */
  object(id: unknown): RegistryValue<unknown> {
    if (typeof id !== 'string') return id as RegistryValue<unknown>;
    const made = this.#objects.get(id) ?? this.#makeObject(id, this.#specs[id] ?? {});
    this.#objects.set(id, made);
    return made;
  }

  objectId(value: unknown): string | undefined {
    for (const [id, object] of this.#objects) if (object === value) return id;
    return undefined;
  }

  /** Registers as a step says, and returns what came back. */
  register(registry: Registry<unknown>, step: RegisterStep): unknown {
    const value = this.object(step.object);
    // Wrong on purpose in some cases.
    const names = (step.name instanceof Tuple ? step.name.items : (step.name ?? undefined)) as string | undefined;
    const options = (step.force === undefined ? {} : { force: step.force }) as { force?: boolean };
    return step.decorator === true ? registry.register(names, options)(value) : registry.add(names, value, options);
  }

  /** Puts registered objects in the place of `{"$object": id}`. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null || value instanceof Tuple) return value;
    const { $object: id } = value as { readonly $object?: unknown };
    if (id !== undefined) return this.object(id);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.resolve(part)]));
  }

  /** A result as the goldens tell it. */
  tell(value: unknown): unknown {
    if (value instanceof Made) return this.tell(value.told);
    if (value instanceof SequentialOf) return { sequential: this.tell(value.parts) };
    if (value instanceof Tuple) return { $tuple: value.items.map((item) => this.tell(item)) };
    if (Array.isArray(value)) return value.map((item) => this.tell(item));
    if (typeof value === 'function') return { $object: this.objectId(value) ?? null };
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.tell(part)]));
  }

  #addRegistry({ id, name, scope, parent, build_func: tag, register = [] }: RegistrySpec): void {
    const known = typeof parent === 'string' ? (this.registries.get(parent) ?? parent) : (parent ?? undefined);
    const registry = new Registry<unknown>(name, {
      scope,
      ...(known === undefined ? { defaultScope: this.defaultScope } : { parent: known as Registry<unknown> }),
      ...(tag === undefined || tag === null ? {} : { build: this.#buildFunction(tag) }),
    });
    this.registries.set(id, registry);
    for (const step of register) this.register(registry, step);
  }

  #buildFunction(tag: string): BuildFunction<unknown> {
    const known = BUILD_FUNCTIONS.get(tag);
    if (known !== undefined) return known;
    return (cfg, context, registry) => {
      const { args = [], kwargs = {} } = (context.extra ?? {}) as {
        readonly args?: unknown[];
        readonly kwargs?: Fields;
      };
      const { defaultArgs } = context;
      const all = defaultArgs === undefined ? kwargs : { ...kwargs, default_args: defaultArgs };
      return { built_by: tag, cfg, args, kwargs: all, registry: this.idOf(registry) };
    };
  }

  #makeObject(id: string, spec: ObjectSpec): RegistryValue<unknown> {
    const name = id.split('@')[0] ?? id;
    const make = (given: Fields): Made => this.#make(id, spec, given);
    const statics = { className: name, ...(spec.params === undefined ? {} : { options: optionsOf(spec) }) };
    if (spec.kind === 'function' || spec.kind === 'partial') {
      const called = Object.assign((given: Fields) => make(given), statics);
      return spec.kind === 'partial' ? partial(called, spec.bound ?? {}) : called;
    }
    const tell = (told: Fields): Made => new Made(told);
    const inside = (): string | null => this.defaultScope.current ?? null;
    return Object.assign(
      class {
        constructor(given: Fields) {
          // biome-ignore lint/correctness/noConstructorReturn: what is made tells how it was made
          return make(given);
        }
        static fromCfg(cfg: Fields): Made {
          return tell({ instance: id, args: { cfg }, scope_inside: inside(), via: 'from_cfg' });
        }
        static buildIterFromEpoch(args: Fields): Made {
          return tell({ instance: id, args, scope_inside: inside(), via: 'build_iter_from_epoch' });
        }
      },
      statics,
    );
  }

  #make(id: string, { params = {}, throws, builds }: ObjectSpec, given: Fields): Made {
    if (throws !== undefined) throw new PythonError(throws);
    const defaults = Object.entries(params).filter(([, param]) => 'default' in param);
    const args: Record<string, unknown> = {
      ...Object.fromEntries(defaults.map(([name, param]) => [name, param.default])),
      ...given,
    };
    const scope = this.defaultScope.current ?? null;
    if (builds !== undefined && builds.arg in args) {
      args[builds.arg] = this.registry(builds.registry).build(args[builds.arg] as Fields);
    }
    return new Made({ instance: id, args, scope_inside: scope });
  }
}

const BUILD_FUNCTIONS: ReadonlyMap<string, BuildFunction<unknown>> = new Map<string, BuildFunction<unknown>>([
  ['build_from_cfg', buildFromConfig<unknown>],
  ['build_model_from_cfg', buildSequenceWith<unknown>((parts) => new SequentialOf(parts))],
  ['build_runner_from_cfg', buildRunnerFromConfig<unknown>],
  ['build_scheduler_from_cfg', buildSchedulerFromConfig<unknown>],
]);

function optionsOf({ params = {} }: ObjectSpec): Readonly<Record<string, { type: 'any'; required: boolean }>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, { required = false }]) => [name, { type: 'any' as const, required }]),
  );
}
