import type { HostParameter, HostRandom } from '../ir/host-function.js';
import { BaseInit } from './base-init.js';
import type { Assignment } from './initializer.js';

/**
 * Initializer whose weights come from a function of the user's on the host, for laws that no kernel has.
 *
 * The plan stays data: it names the initializer's `type` and its options, and `execute` makes the initializer again from
 * them where it is registered under that name. So a plan that was saved runs in any program that registers the class.
 *
 * @example
 * @WEIGHT_INITIALIZERS.register('Ramp')
 * class RampInit extends HostInit {
 *   static override readonly className = 'RampInit';
 *   readonly type = 'Ramp';
 *   fill(view: Float32Array): void {
 *     for (let i = 0; i < view.length; i++) view[i] = i / view.length;
 *   }
 * }
 */
export abstract class HostInit extends BaseInit {
  static override readonly className: string = 'HostInit';

  weightLaw(): Assignment {
    return { law: { kind: 'host', id: this.type, options: this.options } };
  }

  /**
   * Gives a weight its values. No other source of chance than `random` should decide them.
   *
   * @param view the weight, row-major, zero-filled; rounded to its dtype afterwards.
   */
  abstract fill(view: Float32Array, random: HostRandom, parameter: HostParameter): void | Promise<void>;
}
