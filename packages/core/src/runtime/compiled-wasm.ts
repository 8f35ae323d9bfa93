import { loadWasm } from '#load-wasm';

/** Compiled code is the same for every instance, in every thread: compiling takes longer than all else at start. */
let compiled: Promise<WebAssembly.Module> | undefined;

/** The runtime's wasm, compiled once in a process. */
export async function compiledWasm(): Promise<WebAssembly.Module> {
  compiled ??= loadWasm();
  try {
    return await compiled;
  } catch (error) {
    // A failed load (no network, say) may succeed the next time.
    compiled = undefined;
    throw error;
  }
}
