import { Budget } from './budget.js';
import type { Place } from './values.js';

/** What evaluating one file shares. */
export class Context {
  /** As errors name it. */
  readonly file: string | undefined;
  readonly budget: Budget = new Budget();
  /** Line of the operation that is under way. */
  line = 1;
  readonly #places: Place[] = [];

  constructor(file: string | undefined) {
    this.file = file;
  }

  /** The place of a line of this file. */
  placeAt(line: number): Place {
    const place = this.#places[line] ?? { line };
    this.#places[line] = place;
    return place;
  }

  /** The place of the operation that is under way. */
  get place(): Place {
    return this.placeAt(this.line);
  }
}
