import { Parameter } from './parameter.js';

/** What a module may hold under a name; `null` is a name that exists and holds nothing (`bias: false`). */
export type Member = Module | Parameter | null;

/**
 * A module of a model that lives in plain TypeScript: its fields that are modules or parameters are its children and
 * its parameters, in the order in which they were assigned.
 *
 * Each class that rules should be able to name declares `static override readonly className`, a string, because
 * minifiers rename classes.
 *
 * @example
 * class Linear extends Module {
 *   static override readonly className = 'Linear';
 *   readonly weight: Parameter;
 *   readonly bias = new Parameter([10]);
 *   constructor() {
 *     super();
 *     this.weight = new Parameter([10, 784], { axes: ['out', 'in'] });
 *   }
 * }
 */
export class Module {
  static readonly className: string = 'Module';

  /** True for a wrapper such as `DataParallel`, whose segment checkpoints leave out. */
  get isWrapper(): boolean {
    return false;
  }

  /** Names that a rule's `layer` may use: this class's `className`, then those of the classes it extends. */
  get typeNames(): readonly string[] {
    const names: string[] = [];
    let type: unknown = this.constructor;
    while (typeof type === 'function' && type !== Function.prototype) {
      // A class without a name of its own goes by its parent's.
      if (Object.hasOwn(type, 'className')) names.push((type as typeof Module).className);
      type = Object.getPrototypeOf(type);
    }
    return names;
  }

  /** Everything it holds by name, in order. Containers override it. */
  members(): Iterable<readonly [string, Member]> {
    return Object.entries(this).filter(
      (entry): entry is [string, Member] =>
        entry[1] === null || entry[1] instanceof Module || entry[1] instanceof Parameter,
    );
  }

  /** Direct children. */
  *children(): Iterable<readonly [string, Module]> {
    for (const [name, member] of this.members()) if (member instanceof Module) yield [name, member];
  }

  /** Own parameters and buffers, not those of children. */
  *parameters(): Iterable<readonly [string, Parameter]> {
    for (const [name, member] of this.members()) if (member instanceof Parameter) yield [name, member];
  }
}
