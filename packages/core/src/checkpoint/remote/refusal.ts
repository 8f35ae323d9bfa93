import { CheckpointError } from '../../errors.js';
import type { HttpAnswer } from './http-client.js';
import { nameOf, type RemoteFile } from './remote-file.js';

/** A server that answered, but not with the file. */
export function refusal(file: RemoteFile, { status, url }: HttpAnswer): CheckpointError {
  const missing = status === 404 || status === 410;
  const closed = status === 401 || status === 403;
  return new CheckpointError({
    code: missing ? 'not-found' : status >= 500 || status === 429 ? 'server-error' : 'unreadable',
    what: `checkpoint ${nameOf(file)} cannot be fetched: the server answered ${status}`,
    expected: `the file at ${url}`,
    fix: closed
      ? 'give the token that the server asks for: openCheckpoints({ headers: (url) => … })'
      : missing
        ? 'check the address'
        : 'try again later, or download the file by other means and name its path',
  });
}
