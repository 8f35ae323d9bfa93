import { IncipitError } from '@incipit/registry';

/** Sources from which nothing can be written, or a place where nothing can be written to. */
export class CodegenError extends IncipitError {
  static override readonly className: string = 'CodegenError';
}
