import { HostInit } from '../initializers/host-init.js';
import { WEIGHT_INITIALIZERS } from '../initializers/registry.js';
import type { Rule } from '../initializers/rule.js';
import type { HostFunctionResolver } from '../ir/host-function.js';
import type { JsonValue } from '../ir/json.js';

/**
 * Host functions by id: those given by hand, then the initializers of the rules at hand, then the class that is
 * registered under that name, made again from the options that the plan holds.
 */
export function resolveHostFunctions(
  given: HostFunctionResolver | undefined,
  rules: readonly Rule[] = [],
): HostFunctionResolver {
  const initializers = rules
    .flatMap((rule) => [rule.initializer, ...rule.overrides.map((override) => override.initializer)])
    .filter((initializer) => initializer instanceof HostInit);
  const atHand = (id: string, options: JsonValue): HostInit | undefined => {
    const wanted = JSON.stringify(options);
    return initializers.find(({ type, options: own }) => type === id && JSON.stringify(own) === wanted);
  };
  return {
    get(id) {
      const own = given?.get(id);
      if (own !== undefined) return own;
      if (!initializers.some(({ type }) => type === id) && !isHostInit(WEIGHT_INITIALIZERS.get(id))) return undefined;
      return (view, random, options, parameter) => {
        const initializer =
          atHand(id, options) ?? (WEIGHT_INITIALIZERS.build({ ...(options as object), type: id }) as HostInit);
        return initializer.fill(view, random, parameter);
      };
    },
  };
}

function isHostInit(value: unknown): value is new () => HostInit {
  return typeof value === 'function' && value.prototype instanceof HostInit;
}
