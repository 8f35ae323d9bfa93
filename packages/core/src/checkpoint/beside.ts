import { CheckpointError } from '../errors.js';
import type { ByteSource } from './format.js';

/** A drive, a scheme, a root, a step up, a separator of another system, or a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL ends a path early in some systems.
const LEADS_ELSEWHERE = /^$|^[/~]|[\\:\u0000-\u001f]|(?:^|\/)\.{1,2}(?:\/|$)|\/\/|\/$/;

/**
 * Opens a file that a checkpoint names: a shard, or external data. A checkpoint may come from anyone, so that only plain
 * relative names are followed, never one that could lead out of its folder.
 *
 * @throws CheckpointError `unsafe-path`; as the source does.
 */
export async function openBeside(source: ByteSource, name: string): Promise<ByteSource> {
  if (LEADS_ELSEWHERE.test(name)) {
    throw new CheckpointError({
      code: 'unsafe-path',
      what: `'${source.name}' names the file ${JSON.stringify(name)}, which may lie outside its folder`,
      expected: 'a plain name of a file beside it',
      fix: 'do not trust this checkpoint; a good one names its files relative to itself',
    });
  }
  if (source.beside === undefined) {
    throw new CheckpointError({
      code: 'not-found',
      what: `'${source.name}' names the file '${name}', and where it is read from has no files beside it`,
      fix: 'open it as a file or a URL, or give memorySource the other files',
    });
  }
  return source.beside(name);
}
