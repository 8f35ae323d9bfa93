import { CheckpointError } from '../../errors.js';

/** A file on a server, and what the user calls it. */
export interface RemoteFile {
  /** Checkpoint as the config names it. */
  readonly source: string;
  readonly url: string;
  /** Digest that the file must have, 64 hexadecimal digits. */
  readonly sha256?: string | undefined;
}

/** `'torchvision://resnet50' (https://…)`, or the address alone where that is what the config names. */
export function nameOf({ source, url }: RemoteFile): string {
  return source.startsWith(url) ? `'${source}'` : `'${source}' (${url})`;
}

export function changed(file: RemoteFile): CheckpointError {
  return new CheckpointError({
    code: 'checkpoint-changed',
    what: `checkpoint ${nameOf(file)} was replaced on the server while it was read`,
    expected: 'the same file for the whole run',
    fix: 'run again',
  });
}

export function tooLarge(file: RemoteFile, bytes: number, limit: number): CheckpointError {
  return new CheckpointError({
    code: 'too-large',
    what: `checkpoint ${nameOf(file)} takes ${bytes} bytes or more`,
    expected: `at most ${limit} bytes`,
    fix: 'raise maxBytes of openCheckpoints if you trust the server',
  });
}
