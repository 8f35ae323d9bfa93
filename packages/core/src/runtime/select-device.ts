import { DeviceError } from '../errors.js';
import { createCpuDevice } from './cpu-device.js';
import type { Device } from './device.js';

/** What a user may ask for. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu' | Device;

/**
 * One CPU device serves every run of a process: it holds no state that a run could see, and an instance of its own
 * for each run would grow the memory of a page that initialises often.
 */
let shared: Promise<Device> | undefined;

/**
 * The device behind a choice; `auto` is the CPU until the GPU's kernels exist. Bits do not depend on it.
 *
 * @throws DeviceError `unsupported-device`.
 */
export async function selectDevice(choice: DeviceChoice = 'auto'): Promise<Device> {
  if (typeof choice === 'object') return choice;
  if (choice !== 'auto' && choice !== 'cpu') throw unsupported(choice);
  shared ??= createCpuDevice();
  try {
    return await shared;
  } catch (error) {
    // A failed load (no network, say) may succeed the next time.
    shared = undefined;
    throw error;
  }
}

function unsupported(choice: string): DeviceError {
  return new DeviceError({
    code: 'unsupported-device',
    what:
      choice === 'webgpu' ? "device 'webgpu' is not supported yet" : `device ${JSON.stringify(choice)} is not known`,
    expected: "'auto' or 'cpu'",
    fix: "use device: 'auto'; the bits are the same on every device",
  });
}
