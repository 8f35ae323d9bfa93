import { CheckpointError } from '../errors.js';
import type { CheckpointEntry } from '../ir/checkpoint-header.js';
import type { Checkpoint } from './format.js';

/**
 * The tensors of a checkpoint whose names begin with a prefix, without it.
 *
 * @throws CheckpointError `prefix-not-found`; the checkpoint is closed then.
 */
export async function checkpointPart(whole: Checkpoint, prefix: string): Promise<Checkpoint> {
  if (prefix === '') return whole;
  const tensors: Record<string, CheckpointEntry> = Object.create(null) as Record<string, CheckpointEntry>;
  for (const [name, entry] of Object.entries(whole.header.tensors)) {
    if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = entry;
  }
  if (Object.keys(tensors).length === 0) {
    await whole.close();
    throw new CheckpointError({
      code: 'prefix-not-found',
      what: `checkpoint '${whole.header.source}' holds nothing under '${prefix}', the part that its scheme takes`,
      fix: 'name the file itself, or another prefix in the table of the scheme',
    });
  }
  return {
    header: { ...whole.header, tensors },
    read: (tensor) => whole.read(prefix + tensor),
    readPart: async (tensor, offset, out) => (await whole.readPart?.(prefix + tensor, offset, out)) ?? false,
    close: () => whole.close(),
  };
}
