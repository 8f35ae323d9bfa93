import {
  type Adapter,
  AdapterError,
  assertFits,
  type Checkpoint,
  type KeptValues,
  type ModuleNode,
  parameterAt,
  startOfPart,
  type TensorData,
  type TensorToWrite,
} from '@incipit/core';
import { nameKind } from '../errors.js';
import { describeFile, type NamedEntry, type WeightFileOptions } from './file-tree.js';

export type { WeightFileOptions } from './file-tree.js';

/** A weight file as a model. */
export interface WeightFile extends Adapter {
  /**
   * Every tensor as it is now, under its name and in the file's order, for any writer. What was not written is read from
   * the file when the writer asks for it, so the checkpoint must be open then.
   */
  tensors(): readonly TensorToWrite[];
}

/**
 * A checkpoint, for instance a safetensors file, as a model without a framework: its names, split at dots, are modules
 * and parameters.
 *
 * **Nothing is written into the file.** Values are kept in memory, and `tensors()` gives all that a new file needs. To
 * write a file of any size without holding it, plan over this and use `executeToFile` of `@incipit/core/node`.
 *
 * @param checkpoint open, and closed by who opened it.
 * @throws AdapterError `not-a-checkpoint`, `unreadable-tensor`, `unnamed-tensor`, `wrong-axes` or `unmatched-pattern` at once.
 *
 * @example
 * ```ts
 * const checkpoint = await openSafetensors('model.safetensors');
 * const model = weightFile(checkpoint, { layout: 'torch', types: { 'tokens': 'Embedding' } });
 * await initialize(model, { type: 'Kaiming', layer: 'Conv2d' }, { seed: 42 });
 * await writeSafetensors('initialised.safetensors', model.tensors());
 * ```
 */
export function weightFile(checkpoint: Checkpoint, options: WeightFileOptions = {}): WeightFile {
  assertCheckpoint(checkpoint);
  assertWhole(checkpoint);
  const { root, parameters } = describeFile(checkpoint.header, options);
  const written = new Map<string, Uint8Array>();
  const find = (path: string): NamedEntry => parameterAt(parameters, path, `'${checkpoint.header.source}'`);
  return {
    framework: 'weight file',
    tree: (): ModuleNode => root,
    async read(path: string): Promise<TensorData> {
      const { name, entry } = find(path);
      const bytes = written.get(path)?.slice() ?? (await checkpoint.read(name));
      return { dtype: entry.dtype, shape: entry.shape, bytes };
    },
    async readPart(path: string, offset: number, out: Uint8Array): Promise<boolean> {
      const { name, entry } = find(path);
      const start = startOfPart(entry, { offset, bytes: out }, path);
      const bytes = written.get(path);
      if (bytes === undefined) return (await checkpoint.readPart?.(name, start, out)) ?? false;
      out.set(bytes.subarray(start, start + out.byteLength));
      return true;
    },
    write(path: string, data: TensorData): void {
      assertFits(find(path).entry, data, path);
      written.set(path, data.bytes);
    },
    keep(path: string): KeptValues {
      find(path);
      const old = written.get(path);
      return { restore: () => void (old === undefined ? written.delete(path) : written.set(path, old)) };
    },
    tensors: () =>
      [...parameters].map(([path, { name, entry }]) => {
        const bytes = (): Uint8Array | Promise<Uint8Array> => written.get(path) ?? checkpoint.read(name);
        return { name, dtype: entry.dtype, shape: entry.shape, bytes };
      }),
  };
}

function assertCheckpoint(checkpoint: unknown): asserts checkpoint is Checkpoint {
  const { header, read } = (checkpoint ?? {}) as Partial<Checkpoint>;
  if (typeof header?.tensors === 'object' && typeof read === 'function') return;
  throw new AdapterError({
    code: 'not-a-checkpoint',
    what: `The first argument is ${nameKind(checkpoint)}, not an open checkpoint`,
    expected: 'what `openSafetensors` of @incipit/core/node gives, or `openSafetensorsSource` of @incipit/core',
    fix: 'open the file first, and `await` it',
  });
}

/** A file that is written from this one would lack what cannot be read of it. */
function assertWhole({ header }: Checkpoint): void {
  const [first] = Object.entries(header.unreadable ?? {});
  if (first === undefined) return;
  const [name, { dtype, reason }] = first;
  throw new AdapterError({
    code: 'unreadable-tensor',
    what: `'${header.source}' holds '${name}' of type ${dtype}, which cannot be read: ${reason}`,
    expected: 'a file whose tensors all can be read',
    fix: 'convert that tensor, or take what can be read by Pretrained',
  });
}
