import type { Checkpoint } from './format.js';

/** Reads that are on their way at once: Node has so many threads for files. */
const AT_ONCE = 4;
/** Of the tensors that are read before they are asked for. */
const MOST_BYTES_AHEAD = 1 << 26;

interface Reading {
  readonly name: string;
  readonly byteLength: number;
  readonly bytes: Promise<Uint8Array>;
}

/**
 * Reads tensors one after the other, the next ones while the caller is busy with one: at most 4, and 64 MiB or one tensor. This
 * is the fastest way to read many.
 *
 * @param names in this order; all of the checkpoint by default.
 * @throws CheckpointError as `Checkpoint.read` does, at the tensor that cannot be read.
 * @example
 * for await (const [name, bytes] of readTensors(checkpoint)) console.log(name, bytes.byteLength);
 */
export async function* readTensors(
  checkpoint: Checkpoint,
  names: Iterable<string> = Object.keys(checkpoint.header.tensors),
): AsyncGenerator<readonly [name: string, bytes: Uint8Array], void> {
  const ahead: Reading[] = [];
  let bytesAhead = 0;
  try {
    for (const name of names) {
      const { byteLength } = checkpoint.header.tensors[name] ?? { byteLength: 0 };
      for (let first = ahead[0]; first !== undefined; first = ahead[0]) {
        if (ahead.length < AT_ONCE && bytesAhead + byteLength <= MOST_BYTES_AHEAD) break;
        yield [first.name, await first.bytes];
        ahead.shift();
        bytesAhead -= first.byteLength;
      }
      const bytes = checkpoint.read(name);
      // Told when its turn comes.
      bytes.catch(() => undefined);
      ahead.push({ name, byteLength, bytes });
      bytesAhead += byteLength;
    }
    for (const { name, bytes } of ahead) yield [name, await bytes];
  } finally {
    // The caller may close the checkpoint after this.
    await Promise.allSettled(ahead.map(({ bytes }) => bytes));
  }
}
