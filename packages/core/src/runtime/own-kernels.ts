import { DeviceError } from '../errors.js';
import { LoadedKernel, type OwnKernel } from './own-kernel.js';

/** Kernels of every device of this process, as the registries hold its classes. */
const LOADED = new Map<string, LoadedKernel>();

/**
 * Registers a kernel of one's own on the runtime; laws `{ kind: 'kernel', id, args }` are then carried out by it.
 *
 * @throws DeviceError `bad-kernel` for a wasm without the exports that {@link OwnKernel} asks for; `duplicate-kernel`.
 * @example
 * await registerKernel({ id: 'mine.triangular', wasm: await readFile('triangular.wasm'), wgsl });
 */
export async function registerKernel(kernel: OwnKernel): Promise<void> {
  const loaded = await LoadedKernel.load(kernel);
  if (LOADED.has(kernel.id)) {
    throw new DeviceError({
      code: 'duplicate-kernel',
      what: `a kernel '${kernel.id}' is registered already`,
      fix: 'give this one another id',
    });
  }
  LOADED.set(kernel.id, loaded);
}

/** The kernel behind an id; undefined for those of the runtime itself. */
export function ownKernel(id: string): LoadedKernel | undefined {
  return LOADED.get(id);
}
