import type { Device } from '../runtime/device.js';
import { canShareMemory } from '../runtime/shared-memory.js';

/** Bytes of a part of a large parameter. */
export const PART_BYTES: number = 1 << 22;

/** Memory for parts, which are copied from there. All threads fill shared memory in place. */
export function partMemory(device: Device, bytes: number): Uint8Array {
  const shared = device.prefersSharedMemory === true && canShareMemory();
  return new Uint8Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
}
