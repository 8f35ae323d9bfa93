import { type ModuleNode, parameterAt } from '@incipit/core';

/** A model as a tree, and what holds each parameter, by every path of it. */
export interface Described<Held> {
  readonly root: ModuleNode;
  readonly parameters: ReadonlyMap<string, Held>;
}

/** A model that is described anew whenever its tree is asked for, and else known as it was then. */
export class Descriptions<Held> {
  readonly #describe: () => Described<Held>;
  readonly #model: string;
  #last: Described<Held> | undefined;

  /** @param model what it is called in messages: `the tfjs model`. */
  constructor(model: string, describe: () => Described<Held>) {
    this.#model = model;
    this.#describe = describe;
  }

  tree(): ModuleNode {
    return this.#look().root;
  }

  /** @throws AdapterError `unknown-parameter`; as describing does. */
  at(path: string): Held {
    return parameterAt((this.#last ?? this.#look()).parameters, path, this.#model);
  }

  #look(): Described<Held> {
    this.#last = this.#describe();
    return this.#last;
  }
}
