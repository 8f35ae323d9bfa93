import { DeviceError } from '../errors.js';
import type { KernelCall } from '../kernels/kernel-call.js';

/**
 * Refuses a slice that is not of whole elements, or not of a stream.
 *
 * @throws DeviceError `bad-output`, `bad-offset`.
 */
export function checkSlice(call: KernelCall, count: number, offset: number): void {
  if (!Number.isInteger(count)) {
    throw new DeviceError({
      code: 'bad-output',
      what: `the output holds ${count} elements of ${call.dtype}`,
      expected: 'a whole number of elements',
    });
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + count > Number.MAX_SAFE_INTEGER) {
    throw new DeviceError({
      code: 'bad-offset',
      what: `elements from ${offset} to ${offset + count} of a stream were asked for`,
      expected: 'indices in [0, 2^53)',
    });
  }
}
