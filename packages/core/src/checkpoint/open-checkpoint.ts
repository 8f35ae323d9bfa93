import { CheckpointError } from '../errors.js';
import type { ByteSource, Checkpoint, CheckpointFormat } from './format.js';
import { ReadAllowance, type ReadLimits } from './read-allowance.js';
import { OWN_FORMATS } from './safetensors-formats.js';

/** Bytes at the start of a file that formats are told by. */
export const HEAD_BYTES = 4096;

/**
 * Opens a checkpoint of any format that is known, told by its first bytes and its name.
 *
 * @param formats asked first, in this order; core itself knows safetensors.
 * @param fileName what to tell the format by, where the source is called otherwise.
 * @param limits what the file may cost.
 * @throws CheckpointError `unknown-format`, `too-large`; as the format does. The source is closed then.
 * @example
 * import { FORMATS } from '@incipit/plugins/formats';
 * const checkpoint = await openCheckpointSource(memorySource('model.gguf', bytes), FORMATS);
 */
export async function openCheckpointSource(
  source: ByteSource,
  formats: readonly CheckpointFormat[] = [],
  fileName: string = source.name,
  limits: ReadLimits = {},
): Promise<Checkpoint> {
  const known = [...formats, ...OWN_FORMATS];
  let format: CheckpointFormat | undefined;
  let allowance: ReadAllowance;
  try {
    allowance = new ReadAllowance(limits);
    const head = await source.read(0, Math.min(HEAD_BYTES, source.size));
    format = known.find((candidate) => candidate.matches({ name: fileName, head }));
    if (format === undefined) throw unknownFormat(source, known);
  } catch (error) {
    await source.close();
    throw error;
  }
  return format.open(source, allowance);
}

function unknownFormat(source: ByteSource, known: readonly CheckpointFormat[]): CheckpointError {
  return new CheckpointError({
    code: 'unknown-format',
    what: `'${source.name}' is not a checkpoint of a known format`,
    expected: known.map(({ name }) => name).join(', '),
    fix: 'check that the file is whole; pass formats from @incipit/plugins/formats for others than safetensors',
  });
}
