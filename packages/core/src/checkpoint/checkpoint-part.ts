import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, UnreadableEntry } from '../ir/checkpoint-header.js';
import type { Checkpoint } from './format.js';

/**
 * The tensors of a checkpoint whose names begin with a prefix, without it.
 *
 * @throws CheckpointError `prefix-not-found`; the checkpoint is closed then.
 */
export async function checkpointPart(whole: Checkpoint, prefix: string): Promise<Checkpoint> {
  if (prefix === '') return whole;
  const { unreadable } = whole.header;
  const tensors = under<CheckpointEntry>(whole.header.tensors, prefix);
  if (Object.keys(tensors).length === 0) {
    await whole.close();
    throw new CheckpointError({
      code: 'prefix-not-found',
      what: `checkpoint '${whole.header.source}' holds nothing under '${prefix}', the part that its scheme takes`,
      fix: 'name the file itself, or another prefix in the table of the scheme',
    });
  }
  return {
    header: {
      ...whole.header,
      tensors,
      ...(unreadable ? { unreadable: under<UnreadableEntry>(unreadable, prefix) } : {}),
    },
    read: (tensor) => whole.read(prefix + tensor),
    readPart: async (tensor, offset, out) => (await whole.readPart?.(prefix + tensor, offset, out)) ?? false,
    close: () => whole.close(),
  };
}

function under<Entry>(entries: Readonly<Record<string, Entry>>, prefix: string): Readonly<Record<string, Entry>> {
  const part: Record<string, Entry> = Object.create(null) as Record<string, Entry>;
  for (const [name, entry] of Object.entries(entries)) {
    if (name.startsWith(prefix)) part[name.slice(prefix.length)] = entry;
  }
  return part;
}
