import type { Gpu } from '../../ir/gpu.js';

/** Dawn ends with a crash when it is collected before its devices. */
let dawn: Gpu | undefined;

/** WebGPU of the engine, as Deno has it, or of the npm package `webgpu`. */
export async function findGpu(): Promise<Gpu> {
  const { navigator } = globalThis as { readonly navigator?: { readonly gpu?: Gpu } };
  if (navigator?.gpu !== undefined) return navigator.gpu;
  if (dawn === undefined) {
    const { create } = await import('webgpu');
    dawn = create([]) as Gpu;
  }
  return dawn;
}

/** What to do when there is none. */
export const GPU_FIX: string =
  "install Dawn for Node, npm install webgpu, which needs a GPU with a Vulkan, Metal or Direct3D 12 driver; or use device: 'auto', the bits are the same on every device, but for large orthogonal matrices";
