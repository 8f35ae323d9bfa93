import type { Gpu } from '../../ir/gpu.js';

/** WebGPU of the page or the worker. */
export async function findGpu(): Promise<Gpu> {
  const { navigator } = globalThis as { readonly navigator?: { readonly gpu?: Gpu } };
  if (navigator?.gpu === undefined) throw new Error('navigator.gpu is missing');
  return navigator.gpu;
}

/** What to do when there is none. */
export const GPU_FIX: string =
  "open the page over https, or on localhost, in a browser with WebGPU; or use device: 'auto', the bits are the same on every device, but for large orthogonal matrices";
