import { DeviceError } from '../errors.js';
import type { GpuDevice } from '../ir/gpu.js';
import { compiledWasm } from './compiled-wasm.js';
import { type CpuNeeds, checkThreads, sharedCpuDevice, type ThreadChoice } from './cpu-devices.js';
import type { Device } from './device.js';
import { isSoftwareAdapter } from './webgpu/software-adapter.js';
import { sharedWebGpuDevice } from './webgpu-devices.js';

/** What a user may ask for. */
export type DeviceChoice = 'auto' | 'cpu' | 'webgpu' | Device;

const CHOICES: readonly string[] = ['auto', 'cpu', 'webgpu'];

/** Elements from which `auto` takes the GPU: fewer are filled on the CPU before the GPU's kernels are compiled. */
const WORTH_GPU = 1 << 22;

/** What a device is chosen by, besides the user's word. */
export interface DeviceNeeds extends CpuNeeds {
  /** Cores to use on the CPU. Default `auto`. */
  readonly threads?: ThreadChoice | undefined;
  /** The GPU device on which the parameters live. Default: none, they live in the CPU's memory. */
  readonly gpu?: GpuDevice | undefined;
  /** Elements that can be filled on that GPU and stay there. Default: all. */
  readonly gpuElements?: number | undefined;
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
  if (typeof choice !== 'object' && !CHOICES.includes(choice)) throw unsupported(choice);
}

/**
 * The device behind a choice; bits do not depend on it. `auto` is the GPU where the parameters live, unless it is
 * software or they are few, and else the CPU: what the GPU saves, reading back costs.
 *
 * @throws as {@link expectDevice}; DeviceError `runtime-not-loaded`; for `webgpu` also `no-webgpu`, `no-adapter`,
 * `no-gpu-device`.
 */
export async function selectDevice(choice: DeviceChoice = 'auto', needs: DeviceNeeds = {}): Promise<Device> {
  check(choice, needs.threads ?? 'auto');
  if (typeof choice === 'object') return choice;
  const { gpu, elements = 0, gpuElements = elements } = needs;
  if (choice === 'webgpu' || (choice === 'auto' && gpu !== undefined && isWorthGpu(gpu, gpuElements))) {
    return sharedWebGpuDevice(gpu);
  }
  return sharedCpuDevice(needs.threads ?? 'auto', needs);
}

/** A browser of before 2025 does not tell what a device is: it may be software. */
function isWorthGpu({ adapterInfo }: GpuDevice, elements: number): boolean {
  return elements >= WORTH_GPU && adapterInfo !== undefined && !isSoftwareAdapter(adapterInfo);
}

function unsupported(choice: string): DeviceError {
  return new DeviceError({
    code: 'unsupported-device',
    what: `device ${JSON.stringify(choice)} is not known`,
    expected: "'auto', 'cpu' or 'webgpu'",
    fix: "use device: 'auto'; the bits are the same on every device, but for large orthogonal matrices",
  });
}
