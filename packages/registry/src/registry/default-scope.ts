import { ConfigError } from '../errors.js';
import { showValue } from '../schema/mapping.js';
import { type AsyncStorage, openAsyncStorage } from './async-storage.js';

/** Something that works, but perhaps not as meant. */
export interface ScopeWarning {
  /** `scope-not-found`: no registry has the default scope; `default-scope-forced`: another one was current. */
  readonly code: 'scope-not-found' | 'default-scope-forced';
  readonly message: string;
}

export interface DefaultScopeOptions {
  /** Takes warnings, each text once. Default: `console.warn`. */
  readonly onWarning?: (warning: ScopeWarning) => void;
}

/** One scope that was made current, and what had been before. */
interface ScopeInstance {
  readonly name: string | undefined;
  readonly scope: string;
  readonly earlier: ScopeInstance | undefined;
}

/** What a call sees; the calls inside {@link DefaultScope.run} see one of their own. */
interface ScopeFrame {
  newest: ScopeInstance | undefined;
}

/**
 * The scope in which registries build when a config names none: mmengine's `DefaultScope`.
 *
 * Registries share one through their parents; roots take {@link DEFAULT_SCOPE}. Nothing is kept in the global object:
 * two copies of this package, or two instances of this class, know nothing of each other.
 */
export class DefaultScope {
  readonly #onWarning: (warning: ScopeWarning) => void;
  readonly #warned = new Set<string>();
  readonly #base: ScopeFrame = { newest: undefined };
  /** Opened by the first `run`: from then on Node keeps track of what awaits what, which costs a little. */
  #storage: AsyncStorage<ScopeFrame> | undefined;

  constructor(options: DefaultScopeOptions = {}) {
    this.#onWarning = options.onWarning ?? (({ message }) => console.warn(message));
  }

  /** The scope that was made current last; undefined when none was. */
  get current(): string | undefined {
    return this.#frame.newest?.scope;
  }

  /**
   * Makes a scope current under an instance name. An instance that exists keeps its scope, and nothing changes.
   *
   * @returns the scope of the instance.
   * @throws ConfigError `bad-scope-name`, `missing-scope-name`.
   */
  create(instance: string, scope: string): string {
    if (typeof instance !== 'string') throw badName('The name of a default scope instance', instance);
    const existing = this.instance(instance);
    if (existing !== undefined) return existing;
    if (scope === undefined) {
      throw new ConfigError({
        code: 'missing-scope-name',
        what: `There is no default scope instance '${instance}', and no scope is given to make it`,
        fix: "give both: create('task', 'mmdet')",
      });
    }
    if (instance === '') throw badName('The name of a default scope instance', instance);
    this.#push(instance, checkedScopeName(scope));
    return scope;
  }

  /** The scope of an instance made earlier. */
  instance(name: string): string | undefined {
    for (let at = this.#frame.newest; at !== undefined; at = at.earlier) if (at.name === name) return at.scope;
    return undefined;
  }

  /**
   * Makes a scope current for good, as a program does at its start: mmengine's `init_default_scope`. Replacing another
   * current scope by one that was current before is a warning, `default-scope-forced`.
   *
   * @throws ConfigError `bad-scope-name`.
   */
  initialize(scope: string): void {
    const { current } = this;
    if (current === undefined || this.instance(scope) === undefined) {
      this.create(scope, scope);
    } else if (current !== scope) {
      this.warn('default-scope-forced', `The current default scope is '${current}'; it is forced to be '${scope}'`);
      this.#push(undefined, scope);
    }
  }

  /**
   * Calls `body` with a scope as the current one. What is made current inside ends with it. `null` or undefined leaves
   * everything as it is.
   *
   * With AsyncLocalStorage (Node, Deno, Bun) the scope holds in all that `body` awaits or starts, and nowhere else;
   * in browsers it holds until the first `await`.
   *
   * @throws ConfigError `bad-scope-name`.
   */
  run<R>(scope: string | null | undefined, body: () => R): R {
    if (scope === null || scope === undefined) return body();
    const newest = { name: undefined, scope: checkedScopeName(scope), earlier: this.#frame.newest };
    this.#storage ??= openAsyncStorage<ScopeFrame>();
    return this.#storage.run({ newest }, body);
  }

  /** Reports something, once for each text. */
  warn(code: ScopeWarning['code'], message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#onWarning({ code, message });
  }

  get #frame(): ScopeFrame {
    return this.#storage?.getStore() ?? this.#base;
  }

  #push(name: string | undefined, scope: string): void {
    const frame = this.#frame;
    frame.newest = { name, scope, earlier: frame.newest };
  }
}

/** What registries share that were given no other. */
export const DEFAULT_SCOPE: DefaultScope = /* @__PURE__ */ new DefaultScope();

function checkedScopeName(scope: unknown): string {
  if (typeof scope === 'string') return scope;
  throw badName('A default scope', scope);
}

function badName(subject: string, value: unknown): ConfigError {
  return new ConfigError({
    code: 'bad-scope-name',
    what: `${subject} is ${showValue(value)}`,
    expected: subject === 'A default scope' ? 'a string: the scope of a registry' : 'a string that is not empty',
  });
}
