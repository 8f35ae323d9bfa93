import type { Checkpoint, CheckpointOpener } from '../checkpoint/format.js';
import { CheckpointError } from '../errors.js';

/** Checkpoints that are open, by the name that the config gives them; each is opened once. */
export class OpenCheckpoints {
  readonly #open = new Map<string, Checkpoint>();
  readonly #opener: CheckpointOpener;

  constructor(opener: CheckpointOpener) {
    this.#opener = opener;
  }

  /** @throws CheckpointError when it cannot be opened. */
  async get(source: string): Promise<Checkpoint> {
    const known = this.#open.get(source);
    if (known !== undefined) return known;
    const checkpoint = await this.#opener(source).catch((cause: unknown) => {
      if (cause instanceof CheckpointError) throw cause;
      throw new CheckpointError({ code: 'unreadable', what: `checkpoint '${source}' cannot be opened`, cause });
    });
    this.#open.set(source, checkpoint);
    return checkpoint;
  }

  /** Closes all; idempotent. */
  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const checkpoint of all) await checkpoint.close();
  }
}
