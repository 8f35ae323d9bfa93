import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildRules, type Checkpoint, type CheckpointHeader, openSafetensors, type Rule } from './core.js';

/** Opens the checkpoints of a suite: each `.pth` has a `.safetensors` twin with the same tensors. */
export class TwinCheckpoints {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws CheckpointError `not-found`, naming the checkpoint as the case does. */
  async open(source: string): Promise<Checkpoint> {
    const original = join(this.#folder, source);
    const twin = original.replace(/\.pth$/, '.safetensors');
    const checkpoint = await openSafetensors(existsSync(twin) ? twin : original);
    return {
      ...checkpoint,
      header: { ...checkpoint.header, source },
      read: (tensor) => checkpoint.read(tensor),
      close: () => checkpoint.close(),
    };
  }

  /** Headers of every checkpoint that rules name. */
  async headers(rules: readonly Rule[]): Promise<ReadonlyMap<string, CheckpointHeader>> {
    const initializers = rules.flatMap((rule) => [
      rule.initializer,
      ...rule.overrides.map((inner) => inner.initializer),
    ]);
    const headers = new Map<string, CheckpointHeader>();
    for (const initializer of initializers) {
      if (initializer.scope !== 'tree') continue;
      for (const source of initializer.sources) {
        const checkpoint = await this.open(source);
        headers.set(source, checkpoint.header);
        await checkpoint.close();
      }
    }
    return headers;
  }

  /** Headers for the rules of a config; a config that is none is met again, and refused, when planning. */
  async headersOf(cfg: unknown): Promise<ReadonlyMap<string, CheckpointHeader>> {
    return this.headers(buildRules(cfg));
  }
}
