/** Word 0 counts the portions taken; behind it there is a word for each, 1 when it is finished. */
const FIRST = 1;

/** What threads agree by on who does which portion. */
export class PortionBoard {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  static of(portions: number): PortionBoard {
    return new PortionBoard(new SharedArrayBuffer((FIRST + portions) * Int32Array.BYTES_PER_ELEMENT));
  }

  /** Takes the next portion; undefined when all are taken. */
  take(): number | undefined {
    if (!this.open) return undefined;
    const portion = Atomics.add(this.#words, 0, 1);
    return portion < this.#words.length - FIRST ? portion : undefined;
  }

  finish(portion: number): void {
    Atomics.store(this.#words, FIRST + portion, 1);
  }

  /** Lets nobody take another portion. */
  close(): void {
    Atomics.store(this.#words, 0, this.#words.length);
  }

  /** Whether there is a portion that nobody has taken. */
  get open(): boolean {
    return Atomics.load(this.#words, 0) < this.#words.length - FIRST;
  }

  /** Portions that nobody has finished. */
  unfinished(): readonly number[] {
    const all = Array.from({ length: this.#words.length - FIRST }, (_, portion) => portion);
    return all.filter((portion) => Atomics.load(this.#words, FIRST + portion) === 0);
  }
}
