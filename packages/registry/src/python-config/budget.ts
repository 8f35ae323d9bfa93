import { overLimit } from './fault.js';

/** Steps, copied items and characters together. A config of thousands of lines takes about a hundred thousand. */
const MAX_WORK = 10_000_000;

/** Most characters in a string, and items in a list, that an operation may make. */
const MAX_SIZE = 4_000_000;

/** What reading one file may cost. It counts work, not time: the same file is refused everywhere or nowhere. */
export class Budget {
  #left = MAX_WORK;

  /** Takes `units` of work. */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw overLimit('Reading the config takes more steps than any config needs');
  }

  /** Takes the work of making something of `size` items or characters, before it is made. */
  spendSize(size: number): void {
    if (size > MAX_SIZE) throw overLimit(`The config makes a value of ${size} items`);
    this.spend(size);
  }
}
