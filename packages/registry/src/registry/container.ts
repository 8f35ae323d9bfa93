// inversify reads class metadata through it, and refuses to load without; nobody who uses a registry has to know.
import 'reflect-metadata/lite';
import { Container, type ServiceIdentifier } from 'inversify';
import { RegistryError } from '../errors.js';
import type { EntryKind } from './entry-kind.js';

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

/** What a registered value makes. */
export type BuiltBy<V> = V extends RegistryClass<infer T> ? T : V extends RegistryFunction<infer T> ? T : never;

/** Makes the results of an entry; each registered name is bound to one. */
export type EntryFactory<T> = (options: Readonly<Record<string, unknown>>) => T;

/** A container whose missing bindings are looked up in the parent's. */
export function createContainer(parent: ServiceContainer | undefined): ServiceContainer {
  // Without `jitless` inversify compiles its plans with `new Function`, which many pages forbid.
  return new Container({ jitless: true, ...(parent === undefined ? {} : { parent }) });
}

/** What is bound to a name. */
export interface Maker<T> {
  readonly value: RegistryValue<T>;
  readonly kind: EntryKind;
  readonly inject: readonly ServiceId[];
}

/** Binds a name to the factory of a maker; an earlier binding of that name in this container goes. */
export function bindEntry<T>(container: ServiceContainer, name: string, maker: Maker<T>): void {
  if (container.isCurrentBound(name)) container.unbind(name);
  const binding = container.bind<EntryFactory<T>>(name);
  if (maker.inject.length === 0) binding.toConstantValue(factoryOf(maker, []));
  else binding.toResolvedValue((...services: unknown[]) => factoryOf(maker, services), [...maker.inject]);
}

/**
 * The factory bound to a name, with its services resolved now.
 *
 * @throws RegistryError `missing-service` when a service that the class asks for has no binding.
 */
export function resolveFactory<T>(container: ServiceContainer, name: string): EntryFactory<T> {
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
