import { type ConfigOrigin, RegistryError } from '../errors.js';
import type { EntrySchema, OptionsSchema } from '../schema/entry.js';
import { showValue } from '../schema/mapping.js';
import { testOfOptions } from '../schema/option-test.js';
import { type BuildFunction, buildFromConfig, type ConfigNode } from './build.js';
import { bindEntry, createContainer, type RegistryClass, type ServiceContainer } from './container.js';
import { decoratorOf, type RegistryDecorator } from './decorators.js';
import { duplicateError, unknownTypeError } from './lookup-errors.js';
import { checkedNames, checkedScope, type EntryNames } from './registration.js';
import {
  type BuildContext,
  isClass,
  ownClassName,
  type RegisterOptions,
  type RegistryEntry,
  type RegistryView,
  staticsOf,
} from './registry-entry.js';
import { findEntry, findScope, lineage, rootOf } from './scope.js';

export interface RegistryOptions<T> {
  /** Namespace of its names: `mm` in `mm.Kaiming`. Default: the registry's name. */
  readonly scope?: string;
  /** Registry that is asked for names which this one lacks. */
  readonly parent?: Registry<T>;
  /** How config nodes become instances. Default: the parent's, else by {@link buildFromConfig}. */
  readonly build?: BuildFunction<T>;
}

/**
 * Names → classes, with scopes, parents and an inversify container: mmengine's registry.
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
  readonly #build: BuildFunction<T>;
  readonly #children = new Map<string, Registry<T>>();
  readonly #entries = new Map<string, RegistryEntry<T>>();
  readonly #byClass = new Map<RegistryClass<T>, RegistryEntry<T>>();

  /** @throws RegistryError `bad-parent`, `bad-scope`, `duplicate-scope`. */
  constructor(name: string, options: RegistryOptions<T> = {}) {
    const { scope = name, parent, build } = options;
    this.name = name;
    this.scope = checkedScope(scope, name);
    this.parent = checkedParent(parent, name);
    this.#build = build ?? (this.parent === undefined ? buildFromConfig : this.parent.#build);
    this.container = createContainer(this.parent?.container);
    if (this.parent !== undefined) this.parent.#adopt(this);
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
    return [...this.#entries.keys()];
  }

  /** Its own entries, in the order they were registered. */
  entries(): RegistryEntry<T>[] {
    return [...this.#entries.values()];
  }

  /**
   * Registers a class: as a decorator, `@REG.register('Name')`, or as a call, `REG.register('Name', Class)`.
   *
   * Without names the class's own static `className` is taken, else the name it has in the source.
   *
   * @throws RegistryError `duplicate-name` naming the earlier owner (nothing is registered then, whatever the number
   * of names; `force` replaces instead), `bad-name`, `bad-class`.
   */
  register(names?: EntryNames, options?: RegisterOptions): RegistryDecorator<T>;
  register<C extends RegistryClass<T>>(names: EntryNames | undefined, value: C, options?: RegisterOptions): C;
  register(
    names?: EntryNames,
    second?: RegisterOptions | RegistryClass<T>,
    third?: RegisterOptions,
  ): RegistryDecorator<T> | RegistryClass<T> {
    if (typeof names === 'function') {
      throw new RegistryError({
        code: 'bad-name',
        what: `A class was handed to 'register' of the registry '${this.name}' in place of a name`,
        fix: "write @REGISTRY.register() with parentheses, or REGISTRY.register('Name', Class)",
      });
    }
    if (second !== undefined && (typeof second !== 'object' || second === null)) {
      return this.add(names, second, third);
    }
    return decoratorOf<T>((value, name) => this.#add(names ?? ownClassName(value) ?? name, value, second ?? {}));
  }

  /** Registers a class and returns it. Like `register` with a class. */
  add<C extends RegistryClass<T>>(names: EntryNames | undefined, value: C, options: RegisterOptions = {}): C {
    if (!isClass(value)) {
      throw new RegistryError({
        code: 'bad-class',
        what: `Cannot register ${showValue(value)} in the registry '${this.name}'`,
        expected: 'a class',
      });
    }
    this.#add(names ?? ownClassName(value) ?? (value.name || undefined), value, options);
    return value;
  }

  /** The class that a key names: `Name` here or in an ancestor, `scope.Name` elsewhere in the tree. */
  get(key: string): RegistryClass<T> | undefined {
    return this.entry(key)?.class;
  }

  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }

  /** Like `get`, with all that is known of the entry. */
  entry(key: string): RegistryEntry<T> | undefined {
    if (typeof key !== 'string') {
      throw new RegistryError({ code: 'bad-key', what: `The key ${showValue(key)} is no string`, expected: 'a name' });
    }
    return findEntry<RegistryEntry<T>>(this, key);
  }

  /** The entry of a class: that of its first name, here or in an ancestor. */
  entryOf(value: RegistryClass<T>): RegistryEntry<T> | undefined {
    for (const registry of lineage<Registry<T>>(this)) {
      const entry = registry.#byClass.get(value);
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

  /** The first registry of that scope at or below this one. */
  findScope(scope: string): Registry<T> | undefined {
    return findScope<Registry<T>>(this, scope);
  }

  /**
   * Makes what a config node describes: `{ type, ...options }`, where `type` is a key or a class.
   *
   * @param context where the node was written, so that errors can say it.
   * @throws ConfigError, RegistryError as {@link buildFromConfig} says, unless the registry has a build of its own.
   */
  build<C extends RegistryClass<T>>(cfg: ConfigNode<C>, context?: BuildContext): InstanceType<C>;
  build(cfg: ConfigNode | Readonly<Record<string, unknown>>, context?: BuildContext): T;
  build(cfg: unknown, context: BuildContext = {}): T {
    return this.#build(cfg, context, this);
  }

  #add(names: EntryNames | undefined, value: RegistryClass<T>, options: RegisterOptions): void {
    const list = checkedNames(names, value, this.name);
    for (const name of options.force === true ? [] : list) {
      const owner = this.#entries.get(name);
      if (owner !== undefined) throw duplicateError(this.name, owner, value);
      if (this.container.isCurrentBound(name)) throw duplicateError(this.name, { name, scope: this.scope }, value);
    }
    const { options: declared, inject = [] } = staticsOf(value);
    const schema = schemaOf(options.description, options.options ?? declared);
    const accepts = schema.options === undefined ? undefined : testOfOptions(schema.options);
    for (const name of list) {
      bindEntry(this.container, name, value, inject);
      const entry = { name, scope: this.scope, class: value, schema, accepts, container: this.container };
      this.#set(Object.freeze(entry));
    }
  }

  #set(entry: RegistryEntry<T>): void {
    const replaced = this.#entries.get(entry.name);
    this.#entries.set(entry.name, entry);
    // A class whose first name was taken over goes by its next one, if it has any.
    if (replaced !== undefined && this.#byClass.get(replaced.class) === replaced) {
      this.#byClass.delete(replaced.class);
      const next = this.entries().find((other) => other.class === replaced.class);
      if (next !== undefined) this.#byClass.set(next.class, next);
    }
    if (!this.#byClass.has(entry.class)) this.#byClass.set(entry.class, entry);
  }

  #adopt(child: Registry<T>): void {
    const earlier = this.#children.get(child.scope);
    if (earlier !== undefined) {
      throw new RegistryError({
        code: 'duplicate-scope',
        what: `The registry '${this.name}' has a child of scope '${child.scope}' already: '${earlier.name}'`,
        fix: 'give the new registry another scope',
      });
    }
    this.#children.set(child.scope, child);
  }
}

function schemaOf(description: string | undefined, options: OptionsSchema | undefined): EntrySchema {
  return Object.freeze({
    ...(description === undefined ? {} : { description }),
    ...(options === undefined ? {} : { options }),
  });
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
