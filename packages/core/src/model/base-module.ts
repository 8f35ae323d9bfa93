import { copyOrigin } from './config-origins.js';
import { Module } from './module.js';
import type { InitScope } from './module-node.js';

/**
 * A module with an `init_cfg` of its own, as mmengine's `BaseModule`. It never reaches a device: the front-door
 * function `initWeights(model)` plans and executes.
 *
 * @example
 * class Backbone extends BaseModule {
 *   static override readonly className = 'Backbone';
 *   readonly conv = new Conv2d(3, 64, 7);
 *   constructor() {
 *     super({ type: 'Kaiming', layer: 'Conv2d' });
 *   }
 * }
 */
export class BaseModule extends Module {
  static override readonly className: string = 'BaseModule';
  readonly #initCfg: unknown;
  #isInit = false;

  /** @param initCfg a rule or a list of rules for this module and what is below it; copied. */
  constructor(initCfg?: unknown) {
    super();
    this.#initCfg = copyOrigin(initCfg, copyConfig(initCfg));
  }

  get initCfg(): unknown {
    return this.#initCfg;
  }

  /** True after a run that initialised it; the next run then leaves it alone. */
  get isInit(): boolean {
    return this.#isInit;
  }

  set isInit(value: boolean) {
    this.#isInit = value;
  }

  /**
   * What happens when this module is initialised. Override it to ask for laws of your own, before, after or in place
   * of the default, which `scope.initWeights()` runs.
   */
  initWeights(scope: InitScope): void {
    scope.initWeights();
  }
}

/** Copies lists and mappings; leaves classes and instances, which are not data. */
function copyConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyConfig);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyConfig(inner)]));
}
