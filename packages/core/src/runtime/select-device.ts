import { DeviceError } from '../errors.js';
import { compiledWasm } from './compiled-wasm.js';
import { type CpuNeeds, checkThreads, sharedCpuDevice, type ThreadChoice } from './cpu-devices.js';
import type { Device } from './device.js';

/** What a user may ask for. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu' | Device;

/** What a device is chosen by, besides the user's word. */
export interface DeviceNeeds extends CpuNeeds {
  /** Cores to use on the CPU. Default `auto`. */
  readonly threads?: ThreadChoice | undefined;
}

/**
 * Refuses what cannot be had before any work is done, and lets the runtime load beside that work.
 *
 * @throws DeviceError `unsupported-device`, `bad-threads`.
 */
export function expectDevice(choice: DeviceChoice = 'auto', threads: ThreadChoice = 'auto'): void {
  check(choice, threads);
  // Whoever needs it meets the error.
  if (typeof choice !== 'object') compiledWasm().catch(() => undefined);
}

function check(choice: DeviceChoice, threads: ThreadChoice): void {
  if (threads !== 'auto') checkThreads(threads);
  if (typeof choice !== 'object' && choice !== 'auto' && choice !== 'cpu') throw unsupported(choice);
}

/**
 * The device behind a choice; `auto` is the CPU until the GPU's kernels exist. Bits do not depend on it.
 *
 * @throws as {@link expectDevice}; DeviceError `runtime-not-loaded`.
 */
export async function selectDevice(choice: DeviceChoice = 'auto', needs: DeviceNeeds = {}): Promise<Device> {
  check(choice, needs.threads ?? 'auto');
  if (typeof choice === 'object') return choice;
  return sharedCpuDevice(needs.threads ?? 'auto', needs);
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
