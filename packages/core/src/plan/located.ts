import { type ConfigOrigin, type ErrorDetails, IncipitError } from '@incipit/registry';

/**
 * Runs work that may refuse, and tells the refusal which parameter and which line of the config it is about.
 *
 * @throws what `work` throws; an {@link IncipitError} without a place is thrown again as the same class, with it.
 */
export function located<T>(path: string | undefined, origin: ConfigOrigin | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof IncipitError ? withPlace(error, path, origin) : error;
  }
}

function withPlace(error: IncipitError, path: string | undefined, origin: ConfigOrigin | undefined): IncipitError {
  const newPath = error.path ?? path;
  const newOrigin = error.origin ?? origin;
  if (newPath === error.path && newOrigin === error.origin) return error;
  const SameClass = error.constructor as new (details: ErrorDetails) => IncipitError;
  return new SameClass({
    code: error.code,
    what: error.what,
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
    problems: error.problems,
    ...(newPath === undefined ? {} : { path: newPath }),
    ...(newOrigin === undefined ? {} : { origin: newOrigin }),
    cause: error,
  });
}
