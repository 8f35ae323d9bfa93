import type { Checkpoint, CheckpointOpener } from '../checkpoint/format.js';
import { CheckpointError } from '../errors.js';

/** Checkpoints that are open, by the name that the config gives them; each is opened once. */
export class OpenCheckpoints {
  readonly #open = new Map<string, Checkpoint>();
  readonly #opener: CheckpointOpener;
  readonly #signal: AbortSignal | undefined;

  constructor(opener: CheckpointOpener, signal?: AbortSignal) {
    this.#opener = opener;
    this.#signal = signal;
  }

  /** @throws CheckpointError when it cannot be opened; the signal's reason. */
  async get(source: string): Promise<Checkpoint> {
    const known = this.#open.get(source);
    if (known !== undefined) return known;
    this.#signal?.throwIfAborted();
    const checkpoint = await this.#opener(source, { signal: this.#signal }).catch((cause: unknown) => {
      if (cause instanceof CheckpointError || this.#signal?.aborted === true) throw cause;
      throw new CheckpointError({ code: 'unreadable', what: `checkpoint '${source}' cannot be opened`, cause });
    });
    this.#open.set(source, checkpoint);
    return checkpoint;
  }

  /** Lends them to a run that follows: what it closes stays open. */
  lend(): CheckpointOpener {
    return async (source) => {
      const lent = await this.get(source);
      return {
        header: lent.header,
        read: (tensor) => lent.read(tensor),
        readPart: async (tensor, byteOffset, out) => (await lent.readPart?.(tensor, byteOffset, out)) ?? false,
        async close() {},
      };
    };
  }

  /** Closes all; idempotent. */
  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const checkpoint of all) await checkpoint.close();
  }
}
