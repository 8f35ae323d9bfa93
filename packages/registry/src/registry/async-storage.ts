/** Holds one value for the code that a call runs, what it awaits included: Node's AsyncLocalStorage, as far as needed. */
export interface AsyncStorage<V> {
  getStore(): V | undefined;
  run<R>(value: V, body: () => R): R;
}

/**
 * The stand-in where the platform has no AsyncLocalStorage, as in browsers: the value holds while `body` runs, and not
 * after its first `await`, since it would then reach code that has nothing to do with it.
 */
export class CallStorage<V> implements AsyncStorage<V> {
  #value: V | undefined;

  getStore(): V | undefined {
    return this.#value;
  }

  run<R>(value: V, body: () => R): R {
    const outer = this.#value;
    this.#value = value;
    try {
      return body();
    } finally {
      this.#value = outer;
    }
  }
}

interface AsyncHooks {
  readonly AsyncLocalStorage?: new <V>() => AsyncStorage<V>;
}

interface Host {
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
}

/** The platform's storage (Node from 20.16, Deno, Bun), else a {@link CallStorage}. */
export function openAsyncStorage<V>(host: Host = globalThis as Host): AsyncStorage<V> {
  // An import would have to be resolved by every bundler, for browsers too; asking for the module needs none.
  const hooks = host.process?.getBuiltinModule?.('node:async_hooks') as AsyncHooks | undefined;
  return hooks?.AsyncLocalStorage === undefined ? new CallStorage<V>() : new hooks.AsyncLocalStorage<V>();
}
