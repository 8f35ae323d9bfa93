import { DeviceError } from '../errors.js';

/**
 * Node's allocator of memory that is not cleared first. The system clears fresh pages anyway; clearing them a second
 * time costs as much as drawing a constant. Looked up by property, so that no bundler ships a Buffer for it.
 */
const { Buffer: NodeBuffer } = globalThis as {
  readonly Buffer?: { allocUnsafeSlow?(bytes: number): Uint8Array };
};

/** Below this, clearing is cheaper than the other call. */
const LARGE = 1 << 16;

/**
 * Memory for one parameter, an ArrayBuffer of its own. Its content is arbitrary: the caller fills all of it.
 *
 * @throws DeviceError `out-of-memory`.
 */
export function allocate(path: string, bytes: number): Uint8Array {
  try {
    if (bytes < LARGE || NodeBuffer?.allocUnsafeSlow === undefined) return new Uint8Array(bytes);
    const memory = NodeBuffer.allocUnsafeSlow(bytes);
    return new Uint8Array(memory.buffer, memory.byteOffset, bytes);
  } catch (cause) {
    throw new DeviceError({
      code: 'out-of-memory',
      what: `${bytes} bytes for one parameter could not be allocated`,
      path,
      fix: 'free memory or initialise a smaller model',
      cause,
    });
  }
}
