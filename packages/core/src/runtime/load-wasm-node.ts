import { readFile } from 'node:fs/promises';

/** The runtime's wasm, from the package's own folder. */
export async function loadWasm(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(new URL('../wasm/incipit.wasm', import.meta.url)));
}
