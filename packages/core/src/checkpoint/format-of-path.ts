import { CheckpointError } from '../errors.js';
import type { CheckpointFormat } from './format.js';
import { OWN_FORMATS } from './safetensors-formats.js';
import type { WritableFormat } from './writable-format.js';

/** The ending of a path that names a format, and the format. */
type Ending = readonly [ending: string, format: WritableFormat];

/**
 * The format that a path asks for by its ending. The longest ending decides, then the order given; core's own come last.
 *
 * @param formats those that are only read are passed over.
 * @throws CheckpointError `unknown-format`, which lists the endings.
 */
export function formatOfPath(path: string, formats: readonly (CheckpointFormat | WritableFormat)[]): WritableFormat {
  const known = [...formats, ...OWN_FORMATS].filter(isWritable);
  const endings = known.flatMap((format) => format.endings.map((ending): Ending => [ending, format]));
  const fitting = endings.filter(([ending]) => path.toLowerCase().endsWith(ending.toLowerCase()));
  const [longest] = fitting.sort(([a], [b]) => b.length - a.length);
  if (longest !== undefined) return longest[1];
  throw new CheckpointError({
    code: 'unknown-format',
    what: `the ending of '${path}' is that of no format that can be written`,
    expected: `one of ${[...new Set(endings.map(([ending]) => ending))].sort().join(', ')}`,
    fix: 'name the file after its format; pass formats from @incipit/plugins/formats for others than safetensors',
  });
}

function isWritable(format: CheckpointFormat | WritableFormat): format is WritableFormat {
  return 'layOut' in format;
}
