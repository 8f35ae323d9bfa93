import { RegistryError } from '../errors.js';
import { Container, type ServiceIdentifier } from './inversify.js';

/** What a class may ask for: a class, a string or a symbol that the container has a binding for. */
export type ServiceId = ServiceIdentifier;

/** The inversify container behind a registry: bind services here, and see the entries that are bound. */
export type ServiceContainer = Container;

/** A class as a registry keeps it: options first, then the services that it asked for. */
// `never` because a parameter type is contravariant: any constructor fits.
export type RegistryClass<T> = new (...args: never[]) => T;

/** A function as a registry keeps it: called with the options, and then the services. */
export type RegistryFunction<T> = (...args: never[]) => T;

/** What can be registered. */
export type RegistryValue<T> = RegistryClass<T> | RegistryFunction<T>;

/** How an entry is made into a result: with `new`, or by a call. */
export type EntryKind = 'class' | 'function';

/** What a registered value makes. */
export type BuiltBy<V> = V extends RegistryClass<infer T> ? T : V extends RegistryFunction<infer T> ? T : never;

/** Makes the results of an entry; each registered name is bound to one. */
export type EntryFactory<T> = (options: Readonly<Record<string, unknown>>) => T;

/** Methods of a container that change nothing. All others count as changes, those of later versions too. */
const READERS: ReadonlySet<string> = new Set([
  'constructor',
  'get',
  'getAll',
  'getAllAsync',
  'getAsync',
  'isBound',
  'isCurrentBound',
]);

/** A container that knows how often it was changed, so that what it gave out can be kept until then. */
class CountingContainer extends Container {
  #changes = 0;

  constructor(parent: ServiceContainer | undefined) {
    // Without `jitless` inversify compiles its plans with `new Function`, which many pages forbid.
    super({ jitless: true, ...(parent === undefined ? {} : { parent }) });
    const methods = this as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const name of Object.getOwnPropertyNames(Container.prototype)) {
      const method = methods[name];
      if (READERS.has(name) || method === undefined) continue;
      const counted = (...args: unknown[]): unknown => this.#counting(() => method.apply(this, args));
      Object.defineProperty(this, name, { value: counted });
    }
  }

  get changes(): number {
    return this.#changes;
  }

  #counting(act: () => unknown): unknown {
    this.#changes += 1;
    const result = act();
    const count = (): void => {
      this.#changes += 1;
    };
    // What waits for deactivations takes effect later.
    if (result instanceof Promise) result.then(count, count);
    return result;
  }
}

/** A container whose missing bindings are looked up in the parent's. */
export function createContainer(parent: ServiceContainer | undefined): ServiceContainer {
  return new CountingContainer(parent);
}

/** What is bound to a name. */
export interface Maker<T> {
  readonly value: RegistryValue<T>;
  readonly kind: EntryKind;
  readonly inject: readonly ServiceId[];
}

/**
 * Binds a name to the factory of a maker; an earlier binding of that name in this container goes.
 *
 * @returns what asks the container for that factory, or for what was bound in its place since. It throws a
 * RegistryError `missing-service` when a service that the maker asks for has no binding.
 */
export function bindEntry<T>(container: ServiceContainer, name: string, maker: Maker<T>): () => EntryFactory<T> {
  if (container.isCurrentBound(name)) container.unbind(name);
  const binding = container.bind<EntryFactory<T>>(name);
  if (maker.inject.length === 0) binding.toConstantValue(factoryOf(maker, []));
  else binding.toResolvedValue((...services: unknown[]) => factoryOf(maker, services), [...maker.inject]);
  const resolve = (): EntryFactory<T> => resolveFactory(container, name);
  // Services may be new each time; without them the answer stays until the container changes.
  return maker.inject.length === 0 && container instanceof CountingContainer ? keeping(container, resolve) : resolve;
}

function keeping<T>(container: CountingContainer, resolve: () => EntryFactory<T>): () => EntryFactory<T> {
  let kept: EntryFactory<T> | undefined;
  let changes = -1;
  return () => {
    if (kept !== undefined && changes === container.changes) return kept;
    changes = container.changes;
    kept = undefined;
    kept = resolve();
    return kept;
  };
}

function resolveFactory<T>(container: ServiceContainer, name: string): EntryFactory<T> {
  try {
    return container.get<EntryFactory<T>>(name);
  } catch (cause) {
    throw serviceError(name, cause);
  }
}

/** The same for what no name is bound to; `name` is for messages. */
export function resolveMaker<T>(container: ServiceContainer, maker: Maker<T>, name: string): EntryFactory<T> {
  try {
    return factoryOf(
      maker,
      maker.inject.map((service) => container.get<unknown>(service)),
    );
  } catch (cause) {
    throw serviceError(name, cause);
  }
}

/** A class or function as one that takes the options and then the services. */
export function makerOf<T>(
  value: RegistryValue<T>,
  kind: EntryKind,
): (options: Readonly<Record<string, unknown>>, services: readonly unknown[]) => T {
  if (kind === 'function') {
    const call = value as (...args: unknown[]) => T;
    return (options, services) => call(options, ...services);
  }
  const construct = value as unknown as new (...args: unknown[]) => T;
  return (options, services) => new construct(options, ...services);
}

function factoryOf<T>({ value, kind }: Maker<T>, services: readonly unknown[]): EntryFactory<T> {
  if (services.length > 0 || kind === 'function') {
    const make = makerOf(value, kind);
    return (options) => make(options, services);
  }
  // Most classes ask for none, and spreading none costs as much as a small constructor.
  const construct = value as unknown as new (options: unknown) => T;
  return (options) => new construct(options);
}

function serviceError(name: string, cause: unknown): RegistryError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new RegistryError({
    code: 'missing-service',
    what: `A service that '${name}' asks for cannot be had: ${reason}`,
    fix: 'bind it in the container of the registry, before building: REGISTRY.container.bind(…)',
    cause,
  });
}
