import type { ConfigOrigin } from '../errors.js';
import type { EntrySchema, OptionsSchema } from '../schema/entry.js';
import type { OptionsTest } from '../schema/option-test.js';
import type { OriginLookup } from '../schema/origin.js';
import type { RegistryClass, ServiceContainer, ServiceId } from './container.js';
import type { ScopeNode } from './scope.js';

/** What a class may say of itself in static fields; none is required. */
export interface RegisteredStatics {
  /** Name under which it is registered when none is given: minifiers change `constructor.name`, never this. */
  readonly className?: string;
  /** Options that building checks. Inherited like any static field. */
  readonly options?: OptionsSchema;
  /** Services that the constructor takes after the options, in this order. */
  readonly inject?: readonly ServiceId[];
}

/** One registered name. Aliases of a class are entries of their own. */
export interface RegistryEntry<T> {
  readonly name: string;
  /** Scope of the registry that holds it. */
  readonly scope: string;
  readonly class: RegistryClass<T>;
  readonly schema: EntrySchema;
  /** Whether options fit the schema; absent where it declares none. */
  readonly accepts: OptionsTest | undefined;
  /** Container in which the name is bound to the class's factory. */
  readonly container: ServiceContainer;
}

export interface BuildContext {
  /** Where the node was written, for errors: of the whole node, or of each part of it. */
  readonly origin?: ConfigOrigin | OriginLookup | undefined;
}

/** A registry as building, looking up and custom build functions see it. */
export interface RegistryView<T> extends ScopeNode<RegistryEntry<T>> {
  readonly name: string;
  readonly parent: RegistryView<T> | undefined;
  readonly children: ReadonlyMap<string, RegistryView<T>>;
  readonly container: ServiceContainer;
  keys(): string[];
  entry(key: string): RegistryEntry<T> | undefined;
  /** The entry of a class: that of its first name, here or in an ancestor. */
  entryOf(value: RegistryClass<T>): RegistryEntry<T> | undefined;
  require(key: string, origin?: ConfigOrigin): RegistryEntry<T>;
  build(cfg: Readonly<Record<string, unknown>>, context?: BuildContext): T;
}

export interface RegisterOptions {
  /** Replace what has the name already. */
  readonly force?: boolean;
  /** Options that building checks, in place of the class's static `options`. */
  readonly options?: OptionsSchema;
  /** One sentence for a human. */
  readonly description?: string;
}

/** The static fields of a class, unchecked. */
export function staticsOf(value: RegistryClass<unknown>): RegisteredStatics {
  return value as RegisteredStatics;
}

/** The name that a class itself declares; a base class's name is not its own. */
export function ownClassName(value: RegistryClass<unknown>): string | undefined {
  const name = Object.hasOwn(value, 'className') ? staticsOf(value).className : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The name by which messages call a class. */
export function displayName(value: RegistryClass<unknown>): string {
  return ownClassName(value) ?? (value.name === '' ? 'an anonymous class' : value.name);
}

/** Whether `new` works on a value: not so for arrow functions, methods and async functions. */
export function isClass(value: unknown): value is RegistryClass<unknown> {
  if (typeof value !== 'function') return false;
  try {
    // Asks for the constructor behaviour without running the function's body.
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}
