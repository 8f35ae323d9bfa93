import { CheckpointError } from '../../errors.js';

export function digestMismatch(name: string, digest: string, expected: string): CheckpointError {
  return new CheckpointError({
    code: 'digest-mismatch',
    what: `checkpoint ${name} is not the file that was asked for: its SHA-256 is ${digest}`,
    expected: `SHA-256 ${expected}`,
    fix: 'do not use the file; check the address, and where the digest comes from',
  });
}
