// Not from the package's main face: that would bring the whole registry into every worker.
import { IncipitError } from '@incipit/registry/errors';

export { IncipitError };

/** The rules and the model do not fit together, or a law cannot be carried out. Nothing was written. */
export class PlanError extends IncipitError {
  static override readonly className: string = 'PlanError';
}

/** A model cannot be described, read or written: unbuilt, disposed, of an unknown kind. */
export class AdapterError extends IncipitError {
  static override readonly className: string = 'AdapterError';
}

/** A checkpoint is missing, truncated, malformed, or does not fit the model. */
export class CheckpointError extends IncipitError {
  static override readonly className: string = 'CheckpointError';
}

/** A device is absent, refused the work, or failed in the middle of it. */
export class DeviceError extends IncipitError {
  static override readonly className: string = 'DeviceError';
}

/**
 * A device went away in the middle of its work: the GPU was reset or taken back, for instance. What it was writing is of
 * no use. A run that meets it goes on on the CPU, with the same bits but for those of large orthogonal matrices.
 */
export class DeviceLostError extends DeviceError {
  static override readonly className: string = 'DeviceLostError';
}
