import { CheckpointError } from '../errors.js';

/** A location, and the digest that its file must have. */
export interface PinnedLocation {
  readonly location: string;
  readonly sha256: string | undefined;
}

/**
 * Takes `#sha256=…` off a location.
 *
 * @throws CheckpointError `bad-location` for a digest that is none.
 */
export function pinnedLocation(source: string): PinnedLocation {
  const at = source.lastIndexOf('#sha256=');
  if (at < 0) return { location: source, sha256: undefined };
  const sha256 = source.slice(at + '#sha256='.length).toLowerCase();
  if (/^[0-9a-f]{64}$/.test(sha256)) return { location: source.slice(0, at), sha256 };
  throw new CheckpointError({
    code: 'bad-location',
    what: `checkpoint '${source}' ends in a SHA-256 that is none`,
    expected: '64 hexadecimal digits after #sha256=',
  });
}
