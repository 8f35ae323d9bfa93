import {
  buildFromConfig,
  createRootRegistries,
  type Registry,
  splitScopeKey,
  traverseRegistryTree,
} from '@incipit/registry';
import { configOfValue } from '@incipit/registry/config';
import { WEIGHT_INITIALIZERS } from './core.js';
import { registryKindOf } from './registry-kinds.js';
import { type Fields, type RegisterStep, RegistryWorld, type WorldSpec } from './registry-world.js';

interface Outcome {
  readonly ok: unknown;
  readonly warnings?: readonly string[];
}

type Answer = (world: RegistryWorld, input: Fields) => unknown;

const ANSWERS: Readonly<Record<string, Answer>> = {
  get: (world, { registry, key }) => {
    const found = world.registry(registry).get(key as string);
    return found === undefined ? null : { object: world.objectId(found) ?? null };
  },
  contains: (world, { registry, key }) => world.registry(registry).has(key as string),
  len: (world, { registry }) => world.registry(registry).size,
  root: (world, { registry }) => world.idOf(world.registry(registry).root),
  search_child: (world, { registry, scope }) => world.idOf(world.registry(registry).findScope(scope as string)),
  traverse: (world, { registry }) =>
    traverseRegistryTree(world.registry(registry)).map(({ scope, numModules }) => ({ scope, num_modules: numModules })),
  construct: (world) =>
    [...world.registries].map(([id, { scope, name, parent, children }]) => {
      const inner = [...children].map(([childScope, child]) => [childScope, world.idOf(child)]);
      return { id, scope, name, parent: parent === undefined ? null : world.idOf(parent), children: inner };
    }),
  build,
  build_from_cfg: buildFromCfg,
  switch_scope: switchScope,
  register,
  default_scope: (world, { steps }) => {
    const told: unknown[] = [];
    runSteps(world, [...(steps as Step[])], told);
    return told;
  },
};

/** What torch and JAX have, and mmengine has not. */
const BEYOND_MMENGINE: readonly string[] = ['Orthogonal', 'DeltaOrthogonal'];

/** Operations without a world. */
const PLAIN: Readonly<Record<string, (input: Fields) => unknown>> = {
  split_scope_key: ({ key }) => {
    const { scope, name } = splitScopeKey(key as string);
    return [scope ?? null, name];
  },
  weight_initializers: () =>
    WEIGHT_INITIALIZERS.keys()
      .filter((name) => !BEYOND_MMENGINE.includes(name))
      .sort(),
  root_list: () =>
    Object.entries(createRootRegistries())
      .map(([variable, { name }]) => [variable, name])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
};

/** The operations `registry.X` that are answered. */
export const REGISTRY_OPERATIONS: readonly string[] = [...Object.keys(ANSWERS), ...Object.keys(PLAIN)];

/** Answers an operation `registry.X`. */
export function answerRegistry(op: string, input: Fields): Outcome {
  const plain = PLAIN[op];
  if (plain !== undefined) return { ok: plain(input) };
  const act = ANSWERS[op];
  if (act === undefined) throw new TypeError(`unknown operation ${op}`);
  const world = new RegistryWorld(input['world'] as unknown as WorldSpec);
  const ok = act(world, input);
  return { ok, warnings: [...world.warnings].sort() };
}

/** The kind of an error that an operation threw. */
export function registryErrorKind(error: unknown, { world, registry }: Fields): string {
  const { registries = [] } = (world ?? {}) as Partial<WorldSpec>;
  let spec = registries.find(({ id }) => id === registry);
  // Build functions are inherited.
  while (spec !== undefined && spec.build_func === undefined) spec = registries.find(({ id }) => id === spec?.parent);
  return registryKindOf(error, spec?.build_func);
}

/** What `build` is told beside the config, in the words of the package. */
function contextOf(world: RegistryWorld, args: unknown, kwargs: unknown): Fields {
  const { default_args: defaultArgs, ...others } = world.resolve(kwargs ?? {}) as Fields;
  const rest = (args ?? []) as readonly unknown[];
  const extra = rest.length === 0 && Object.keys(others).length === 0 ? {} : { extra: { args: rest, kwargs: others } };
  return { ...extra, ...(defaultArgs === undefined ? {} : { defaultArgs }) };
}

function build(world: RegistryWorld, { registry, cfg, args, kwargs, as }: Fields): unknown {
  const given = world.resolve(cfg);
  const before = JSON.stringify(world.tell(given));
  const node = as === undefined || as === null ? given : configOfValue(given);
  const result = world.registry(registry).build(node as Fields, contextOf(world, args, kwargs));
  return {
    result: world.tell(result),
    cfg_unchanged: JSON.stringify(world.tell(given)) === before,
    default_scope_after: world.defaultScope.current ?? null,
  };
}

function buildFromCfg(world: RegistryWorld, input: Fields): unknown {
  const { registry, registry_value: instead, cfg, default_args } = input;
  // Some cases hand over something that is no registry.
  const target = (
    registry === null || registry === undefined ? instead : world.registry(registry)
  ) as Registry<unknown>;
  const result = buildFromConfig(world.resolve(cfg), contextOf(world, [], { default_args }), target);
  return { result: world.tell(result), default_scope_after: world.defaultScope.current ?? null };
}

function switchScope(world: RegistryWorld, { registry, scopes }: Fields): unknown {
  const inside: unknown[] = [];
  const enter = (from: Registry<unknown>, [scope, ...inner]: readonly string[]): void => {
    from.switchScopeAndRegistry(scope, (found) => {
      inside.push({ registry: world.idOf(found), default_scope: world.defaultScope.current ?? null });
      if (inner.length > 0) enter(from, inner);
    });
  };
  enter(world.registry(registry), scopes as readonly string[]);
  return { inside, default_scope_after: world.defaultScope.current ?? null };
}

function register(world: RegistryWorld, { registry: id, steps }: Fields): unknown {
  const registry = world.registry(id);
  const told = (steps as readonly RegisterStep[]).map((step) =>
    attempt(() => ({
      ok: true,
      returns_same_object: world.register(registry, step) === world.object(step.object),
    })),
  );
  const entries = registry.entries().map(({ name, value }) => [name, world.objectId(value) ?? null]);
  return { steps: told, entries, len: registry.size };
}

type Step = readonly [verb: string, ...args: string[]];

/**
 * Runs steps up to the `exit` of the scope that they were entered in, and takes them off the list. A scope may stay open.
 *
 * @returns whether there was an `exit`.
 */
function runSteps(world: RegistryWorld, steps: Step[], told: unknown[]): boolean {
  const current = (): string | null => world.defaultScope.current ?? null;
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const [verb, ...args] = step;
    if (verb === 'exit') return true;
    if (verb !== 'enter') {
      told.push(attempt(() => runStep(world, verb, args)));
      continue;
    }
    const left = attempt(() =>
      world.defaultScope.run(args[0], () => {
        told.push(current());
        return runSteps(world, steps, told);
      }),
    );
    if (left !== false) told.push(left === true ? current() : left);
  }
  return false;
}

function runStep(world: RegistryWorld, verb: string, args: readonly unknown[]): unknown {
  const { defaultScope } = world;
  const [first, second] = args;
  switch (verb) {
    case 'create':
      defaultScope.create(first as string, second as string);
      break;
    case 'init':
      defaultScope.initialize(first as string);
      break;
    case 'instance':
      // As in the original, asking for one that is not there is making it without a scope.
      return defaultScope.create(first as string, undefined as unknown as string);
    case 'build_raises': {
      const failed = attempt(() => world.registry(first).build(world.resolve(second) as Fields));
      return [
        (failed as { readonly error?: { readonly kind: string } }).error?.kind ?? null,
        defaultScope.current ?? null,
      ];
    }
    default:
      throw new TypeError(`unknown step ${verb}`);
  }
  return defaultScope.current ?? null;
}

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return { error: { kind: registryKindOf(error) } };
  }
}
