import { type ConfigOrigin, RegistryError } from '../errors.js';
import type { EntrySchema } from '../schema/entry.js';
import { showValue } from '../schema/mapping.js';
import { nodeReaderOf } from '../schema/node-reader.js';
import { isLocated } from '../schema/origin.js';
import { type BuildFunction, type BuildInput, buildFromConfig, type ConfigNode } from './build.js';
import { type BuiltBy, bindEntry, createContainer, type RegistryValue, type ServiceContainer } from './container.js';
import { decoratorOf, type RegistryDecorator } from './decorators.js';
import { DEFAULT_SCOPE, type DefaultScope } from './default-scope.js';
import { describeEntry } from './describe.js';
import { kindOfValue } from './entry-kind.js';
import { EntryTable } from './entry-table.js';
import { checkedDefaultScope, homeOf } from './home.js';
import { importFor, importForConfig } from './lazy-lookup.js';
import { type Location, Locations } from './locations.js';
import { LookupCache, type TreeState } from './lookup-cache.js';
import { duplicateError, duplicateScopeError, unknownTypeError } from './lookup-errors.js';
import {
  checkedNames,
  checkedScope,
  checkForce,
  checkKey,
  checkNoClass,
  checkValue,
  declaredOptions,
  type EntryNames,
  schemaOf,
} from './registration.js';
import {
  type BuildContext,
  ownClassName,
  type RegisterOptions,
  type RegistryEntry,
  type RegistryView,
  staticsOf,
} from './registry-entry.js';
import { findEntry, findScope, lineage, rootOf } from './scope.js';
import { renderTable } from './table.js';

export interface RegistryOptions<T> {
  /** Namespace of its names: `mm` in `mm.Kaiming`. Default: the registry's name. */
  readonly scope?: string;
  /** Registry that is asked for names which this one lacks. */
  readonly parent?: Registry<T>;
  /** How config nodes become instances. Default: the parent's, else by {@link buildFromConfig}. */
  readonly build?: BuildFunction<T>;
  /** Modules that register entries here: imported when {@link Registry.buildAsync} or `getAsync` misses a name. */
  readonly locations?: readonly Location[];
  /** What tells the current default scope; for roots only. Default: {@link DEFAULT_SCOPE}, shared by all. */
  readonly defaultScope?: DefaultScope;
}

/** By this name Node asks an object how it wants to be shown. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

const NO_CONTEXT: BuildContext = Object.freeze({});

/**
 * Names → classes and functions, with scopes, parents and an inversify container: mmengine's registry.
 *
 * @example
 * const SHAPES = new Registry<Shape>('shapes', { scope: 'geometry' });
 *
 * @SHAPES.register('Disk')
 * class Disk implements Shape {
 *   static readonly options: OptionsSchema = { radius: { type: 'number', minimum: 0, required: true } };
 *   constructor(options: { radius: number }) { … }
 * }
 *
 * SHAPES.build({ type: 'Disk', radius: 2 });
 */
export class Registry<T> implements RegistryView<T> {
  readonly name: string;
  readonly scope: string;
  readonly parent: Registry<T> | undefined;
  /** Every name is bound here to a factory; bind the services that registered classes ask for. */
  readonly container: ServiceContainer;
  /** What tells the current default scope: the root's. */
  readonly defaultScope: DefaultScope;
  /** Modules that register entries here when they are imported. */
  readonly locations: Locations;
  readonly #build: BuildFunction<T>;
  readonly #children = new Map<string, Registry<T>>();
  readonly #entries = new EntryTable<T>();
  readonly #tree: TreeState;
  readonly #found: LookupCache<RegistryEntry<T>>;

  /** @throws RegistryError `bad-parent`, `bad-scope`, `duplicate-scope`, `bad-location`, `bad-default-scope`. */
  constructor(name: string, options: RegistryOptions<T> = {}) {
    const { scope = name, parent, build } = options;
    this.name = name;
    this.scope = checkedScope(scope, name);
    this.parent = checkedParent(parent, name);
    this.#build = build ?? (this.parent === undefined ? buildFromConfig : this.parent.#build);
    this.#tree = this.parent === undefined ? { changes: 0 } : this.parent.#tree;
    this.#found = new LookupCache(this.#tree);
    this.container = createContainer(this.parent?.container);
    this.defaultScope = checkedDefaultScope(options.defaultScope, this.parent, name);
    this.locations = new Locations(options.locations ?? [], name);
    if (this.parent !== undefined) this.parent.#adopt(this);
    // Not a method: isolated declarations cannot name one by a symbol of one's own.
    Object.defineProperty(this, INSPECT, { value: () => this.toTable() });
  }

  /** Registries whose parent this is, by scope. */
  get children(): ReadonlyMap<string, Registry<T>> {
    return this.#children;
  }

  get root(): Registry<T> {
    return rootOf<Registry<T>>(this);
  }

  /** How many names this registry itself holds, aliases included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Its own names, in the order they were registered. */
  keys(): string[] {
    return this.#entries.all().map(({ name }) => name);
  }

  /** Its own entries, in the order they were registered. */
  entries(): RegistryEntry<T>[] {
    return this.#entries.all();
  }

  /**
   * Registers a class or function: as a decorator, `@REG.register('Name')`, or as a call, `REG.register('Name', value)`.
   *
   * Without names its own static `className` is taken, else the name it has in the source.
   * @throws RegistryError `duplicate-name` naming the earlier owner (nothing is registered then, whatever the number
   * of names; `force` replaces instead), `bad-name`, `bad-class`, `bad-force`.
   */
  register(names?: EntryNames, options?: RegisterOptions): RegistryDecorator<T>;
  register<V extends RegistryValue<T>>(names: EntryNames | undefined, value: V, options?: RegisterOptions): V;
  register(
    names?: EntryNames,
    second?: RegisterOptions | RegistryValue<T>,
    third?: RegisterOptions,
  ): RegistryDecorator<T> | RegistryValue<T> {
    checkNoClass(names, this.name);
    if (second !== undefined && (typeof second !== 'object' || second === null)) {
      return this.add(names, second, third);
    }
    const options = second ?? {};
    checkForce(options);
    return decoratorOf<T>((value, name) => this.#add(names, value, options, name));
  }

  /** Registers a class or function and returns it. Like `register` with one. */
  add<V extends RegistryValue<T>>(names: EntryNames | undefined, value: V, options: RegisterOptions = {}): V {
    this.#add(names, value, options, value?.name);
    return value;
  }

  /** What a key names: `Name` here or in an ancestor, `scope.Name` elsewhere in the tree. Default scopes play no part. */
  get(key: string): RegistryValue<T> | undefined {
    return this.entry(key)?.value;
  }

  /** Like `get`, but a miss imports the locations of the registries that were searched, nearest first. */
  async getAsync(key: string): Promise<RegistryValue<T> | undefined> {
    await importFor(this, key);
    return this.get(key);
  }

  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }

  /** Like `get`, with all that is known of the entry. */
  entry(key: string): RegistryEntry<T> | undefined {
    checkKey(key);
    return this.#entries.plain(key) ?? this.#found.get(key, () => findEntry<RegistryEntry<T>>(this, key));
  }

  /** The entry of a class or function: that of its first name, here or in an ancestor. */
  entryOf(value: RegistryValue<T>): RegistryEntry<T> | undefined {
    for (const registry of lineage<Registry<T>>(this)) {
      const entry = registry.#entries.of(value);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Like `entry`, but a miss is a RegistryError `unknown-type` that says what there is. */
  require(key: string, origin?: ConfigOrigin): RegistryEntry<T> {
    const entry = this.entry(key);
    if (entry === undefined) throw unknownTypeError<T>(this, key, origin);
    return entry;
  }

  /** The entry that this registry itself holds under a name; dots in it have no meaning. */
  own(name: string): RegistryEntry<T> | undefined {
    return this.#entries.get(name);
  }

  /**
   * Says of an entry and of its aliases what its class does not: what generated manifests know from the sources' types.
   *
   * @throws RegistryError `unknown-type` when this registry itself holds no such name.
   */
  describe(name: string, described: Pick<EntrySchema, 'description' | 'options'>): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw unknownTypeError<T>(this, name, undefined);
    describeEntry(this.#entries, entry, described);
    this.#tree.changes += 1;
  }

  /** The first registry of that scope at or below this one. */
  findScope(scope: string): Registry<T> | undefined {
    return findScope<Registry<T>>(this, scope);
  }

  /**
   * Calls `body` with a scope as the default scope, and hands it the registry of that scope: the first one in the whole
   * tree, or this one (and a warning `scope-not-found`) where there is none. `null` or undefined keeps the scope that
   * is current. See {@link DefaultScope.run} for how long the scope holds.
   *
   * @throws ConfigError `bad-scope-name`.
   */
  switchScopeAndRegistry<R>(scope: string | null | undefined, body: (registry: Registry<T>) => R): R {
    return this.defaultScope.run(scope, () => body(homeOf<Registry<T>>(this, this.defaultScope.current)));
  }

  /**
   * Makes what a config node describes: `{ type, ...options }`, where `type` is a key, a class or a function. A loaded
   * config does too: errors then say where it was written.
   *
   * @param context where the node was written, so that errors can say it, and default arguments.
   * @throws ConfigError, RegistryError as {@link buildFromConfig} says, unless the registry has a build of its own.
   */
  build<V extends RegistryValue<T>>(cfg: ConfigNode<V>, context?: BuildContext): BuiltBy<V>;
  build<R extends T = T>(cfg: BuildInput, context?: BuildContext): R;
  build(cfg: unknown, context: BuildContext = NO_CONTEXT): T {
    // A config node has a type, and is not asked further.
    const located = (cfg as Partial<ConfigNode> | null | undefined)?.type === undefined && isLocated(cfg);
    return located ? this.#build(cfg.value, { origin: cfg.origin, ...context }, this) : this.#build(cfg, context, this);
  }

  /**
   * Like `build`, after the locations were imported that the names in the config, at any depth, are missing from. The
   * building itself does not wait for anything.
   */
  async buildAsync<V extends RegistryValue<T>>(cfg: ConfigNode<V>, context?: BuildContext): Promise<BuiltBy<V>>;
  async buildAsync<R extends T = T>(cfg: BuildInput, context?: BuildContext): Promise<R>;
  async buildAsync(cfg: BuildInput, context: BuildContext = NO_CONTEXT): Promise<T> {
    await importForConfig(this, isLocated(cfg) ? cfg.value : cfg, context);
    return this.build(cfg, context);
  }

  /** Imports the locations of this registry and of its ancestors that are not imported yet. */
  async importLocations(): Promise<void> {
    for (const registry of lineage<Registry<T>>(this)) await registry.locations.import();
  }

  /** Its own names and what they stand for, as a table for people; Node's `console.log` shows it. */
  toTable(): string {
    return renderTable(this);
  }

  #add(names: EntryNames | undefined, value: RegistryValue<T>, options: RegisterOptions, sourceName?: string): void {
    checkForce(options);
    checkValue(value, this.name);
    const list = checkedNames(names ?? ownClassName(value) ?? (sourceName || undefined), value, this.name);
    for (const taken of options.force === true ? [] : list) {
      const service = this.container.isCurrentBound(taken) ? { name: taken, scope: this.scope } : undefined;
      const owner = this.#entries.get(taken) ?? service;
      if (owner !== undefined) throw duplicateError(this.name, owner, value);
    }
    const { inject = [] } = staticsOf(value);
    const kind = options.kind ?? kindOfValue(value);
    const schema = schemaOf(options.description, options.options === undefined ? declaredOptions(value) : options);
    const readNode = nodeReaderOf(schema);
    for (const name of list) {
      const factory = bindEntry(this.container, name, { value, kind, inject });
      this.#entries.set(Object.freeze({ name, scope: this.scope, value, kind, schema, readNode, factory }));
    }
    this.#tree.changes += 1;
  }

  #adopt(child: Registry<T>): void {
    const earlier = this.#children.get(child.scope);
    if (earlier !== undefined) throw duplicateScopeError(this, earlier);
    this.#children.set(child.scope, child);
    this.#tree.changes += 1;
  }
}

function checkedParent<T>(parent: Registry<T> | undefined, name: string): Registry<T> | undefined {
  if (parent === undefined || parent instanceof Registry) return parent;
  throw new RegistryError({
    code: 'bad-parent',
    what: `The parent of the registry '${name}' is ${showValue(parent)}`,
    expected: 'a Registry of the same copy of @incipit/registry',
    fix: 'when a Registry was given, the package is installed twice: run npm dedupe',
  });
}
