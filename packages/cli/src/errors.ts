import { IncipitError } from '@incipit/registry';

/** The command line itself is wrong. Exit code 2; everything else that fails is 1. */
export class UsageError extends IncipitError {
  static override readonly className: string = 'UsageError';
  /** Command whose help would tell more; absent when none was recognised. */
  readonly command: string | undefined;

  constructor(
    what: string,
    details: { readonly command?: string; readonly fix?: string; readonly cause?: unknown } = {},
  ) {
    super({ code: 'usage', what, ...(details.fix === undefined ? {} : { fix: details.fix }), cause: details.cause });
    this.command = details.command;
  }
}

/** A model file is missing, unreadable, or not a model. */
export class ModelFileError extends IncipitError {
  static override readonly className: string = 'ModelFileError';
}

/** A package that the command needs is not installed. */
export class MissingPackageError extends IncipitError {
  static override readonly className: string = 'MissingPackageError';
}
