import type { ConfigOrigin } from '../errors.js';
import type { EntrySchema, OptionsSchema } from '../schema/entry.js';
import type { NodeReader } from '../schema/node-reader.js';
import type { OriginLookup } from '../schema/origin.js';
import type { EntryFactory, EntryKind, RegistryValue, ServiceContainer, ServiceId } from './container.js';
import type { DefaultScope } from './default-scope.js';
import type { Locations } from './locations.js';
import type { ScopeNode } from './scope.js';

/** What a class may say of itself in static fields, and a function in properties; none is required. */
export interface RegisteredStatics {
  /** Name under which it is registered when none is given: minifiers change `constructor.name`, never this. */
  readonly className?: string;
  /** Options that building checks. Inherited like any static field. */
  readonly options?: OptionsSchema;
  /** Services that the constructor or function takes after the options, in this order. */
  readonly inject?: readonly ServiceId[];
}

/** One registered name. Aliases are entries of their own. */
export interface RegistryEntry<T> {
  readonly name: string;
  /** Scope of the registry that holds it. */
  readonly scope: string;
  /** The class or function that was registered. */
  readonly value: RegistryValue<T>;
  /** Whether building constructs it or calls it. */
  readonly kind: EntryKind;
  readonly schema: EntrySchema;
  /** Takes the options from a config node, if they fit the schema. */
  readonly readNode: NodeReader;
  /** The factory that the container of the registry has for the name, its services resolved now. */
  readonly factory: () => EntryFactory<T>;
}

/** What building may be told beside the node. */
export interface BuildContext {
  /** Where the node was written, for errors: of the whole node, or of each part of it. */
  readonly origin?: ConfigOrigin | OriginLookup | undefined;
  /** Options, `type` and `_scope_` for where the node has none: mmengine's `default_args`. */
  readonly defaultArgs?: Readonly<Record<string, unknown>> | null | undefined;
  /** For build functions of one's own; those of this package refuse it. */
  readonly extra?: unknown;
}

/** A registry as building, looking up and custom build functions see it. */
export interface RegistryView<T> extends ScopeNode<RegistryEntry<T>> {
  readonly name: string;
  readonly parent: RegistryView<T> | undefined;
  readonly children: ReadonlyMap<string, RegistryView<T>>;
  readonly container: ServiceContainer;
  readonly defaultScope: DefaultScope;
  readonly locations: Locations;
  keys(): string[];
  entries(): RegistryEntry<T>[];
  entry(key: string): RegistryEntry<T> | undefined;
  /** The entry of a class or function: that of its first name, here or in an ancestor. */
  entryOf(value: RegistryValue<T>): RegistryEntry<T> | undefined;
  require(key: string, origin?: ConfigOrigin): RegistryEntry<T>;
  switchScopeAndRegistry<R>(scope: string | null | undefined, body: (registry: RegistryView<T>) => R): R;
  build(cfg: Readonly<Record<string, unknown>>, context?: BuildContext): T;
}

export interface RegisterOptions {
  /** Replace what has the name already. */
  readonly force?: boolean;
  /** Whether it is constructed or called, where that is told wrongly: a class behind a Proxy, for instance. */
  readonly kind?: EntryKind;
  /** Options that building checks, in place of the class's static `options`. */
  readonly options?: OptionsSchema;
  /** One sentence for a human. */
  readonly description?: string;
}

/** The static fields of a class, unchecked. */
export function staticsOf(value: RegistryValue<unknown>): RegisteredStatics {
  return value as RegisteredStatics;
}

/** The name that a class itself declares; a base class's name is not its own. */
export function ownClassName(value: RegistryValue<unknown>): string | undefined {
  const name = Object.hasOwn(value, 'className') ? staticsOf(value).className : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The name by which messages call a class or function. */
export function displayName(value: RegistryValue<unknown>): string {
  return ownClassName(value) ?? (value.name === '' ? 'an anonymous class or function' : value.name);
}
