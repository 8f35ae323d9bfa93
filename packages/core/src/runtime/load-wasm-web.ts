const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** The runtime's wasm, from beside this module; bundlers know the form of the URL and carry the file along. */
export async function loadWasm(): Promise<WebAssembly.Module> {
  const url = new URL('../wasm/incipit.wasm', import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Development servers answer with a page, and with status 200, where a file is missing.
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) throw new Error(`${url.href} is not WebAssembly`);
  // Not compileStreaming: it refuses servers that do not know the type application/wasm.
  return WebAssembly.compile(bytes);
}
