import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MissingPackageError } from './errors.js';

/** The module that a tfjs user imports. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

const NAME = '@tensorflow/tfjs';

/**
 * TensorFlow.js as installed in the working directory's project, else beside this command; quiet, on its CPU backend.
 *
 * @throws MissingPackageError when neither place has it.
 */
export async function loadTensorFlow(folder: string = process.cwd()): Promise<TensorFlow> {
  const tf = findPackage([join(folder, 'package.json'), import.meta.url]);
  // tfjs's own switch: without it the backend prints an advertisement on its first use.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  await tf.ready();
  return tf;
}

/** The first of the places (files that would import it) from which tfjs can be loaded. */
export function findPackage(places: readonly string[]): TensorFlow {
  let cause: unknown;
  for (const place of places) {
    try {
      return createRequire(place)(NAME) as TensorFlow;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      cause = error;
    }
  }
  throw new MissingPackageError({
    code: 'missing-package',
    what: `the package '${NAME}' is not installed, and this model needs it`,
    fix: `run 'npm install ${NAME}@4' and try again`,
    cause,
  });
}

/** True only when the package itself is absent: a broken installation of it must not read as "not installed". */
function isNotFound(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'MODULE_NOT_FOUND' &&
    error.message.startsWith(`Cannot find module '${NAME}'`)
  );
}
