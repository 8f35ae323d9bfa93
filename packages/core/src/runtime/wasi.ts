import type { WasiProvider } from './web-runtime.js';

/** WASI preview 1, as far as TVM's runtime needs it: text out, a clock, random bytes; no files, no arguments. */
export interface Wasi extends WasiProvider {
  readonly wasiImport: Record<string, (...args: never[]) => number>;
}

const SUCCESS = 0;
const BAD_FILE = 8;
const INVALID = 28;
const REALTIME = 0;
const MONOTONIC = 1;
const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** @param log receives each line that the wasm writes to its standard output or error, without the line break. */
export function createWasi(log: (line: string) => void): Wasi {
  let memory: WebAssembly.Memory | undefined;
  const bytes = (): DataView => {
    if (memory === undefined) throw new Error('the wasm called WASI before it was started');
    return new DataView(memory.buffer);
  };
  const badFile = (): number => BAD_FILE;
  return {
    wasiImport: {
      fd_write: createWriter(bytes, log),
      fd_close: badFile,
      fd_fdstat_get: badFile,
      fd_read: badFile,
      fd_seek: badFile,
      environ_get: () => SUCCESS,
      environ_sizes_get(count: number, size: number): number {
        const view = bytes();
        view.setUint32(count, 0, true);
        view.setUint32(size, 0, true);
        return SUCCESS;
      },
      clock_time_get(clock: number, _precision: bigint, time: number): number {
        if (clock !== REALTIME && clock !== MONOTONIC) return INVALID;
        const origin = clock === REALTIME ? performance.timeOrigin : 0;
        bytes().setBigUint64(time, BigInt(Math.round((origin + performance.now()) * 1e6)), true);
        return SUCCESS;
      },
      random_get(address: number, length: number): number {
        // In a copy: getRandomValues takes at most 64 KiB at once, and no shared memory.
        for (let done = 0; done < length; done += 65536) {
          const part = crypto.getRandomValues(new Uint8Array(Math.min(65536, length - done)));
          new Uint8Array(bytes().buffer).set(part, address + done);
        }
        return SUCCESS;
      },
      proc_exit(code: number): never {
        throw new WebAssembly.RuntimeError(`the wasm ended itself with code ${code}`);
      },
    },
    start(instance): void {
      const { memory: exported, _initialize: initialize } = instance.exports;
      if (!(exported instanceof WebAssembly.Memory) || typeof initialize !== 'function') {
        throw new Error('the wasm is not a WASI reactor');
      }
      memory = exported;
      initialize();
    },
  };
}

/** `fd_write` that cuts what each of the two files receives into lines. */
function createWriter(bytes: () => DataView, log: (line: string) => void): (...args: never[]) => number {
  const pending = new Map(
    [STANDARD_OUTPUT, STANDARD_ERROR].map((file) => [file, { text: '', utf8: new TextDecoder() }]),
  );
  return (file: number, vectors: number, count: number, writtenAt: number): number => {
    const open = pending.get(file);
    if (open === undefined) return BAD_FILE;
    const view = bytes();
    let written = 0;
    for (let i = 0; i < count; i++) {
      const address = view.getUint32(vectors + 8 * i, true);
      const length = view.getUint32(vectors + 8 * i + 4, true);
      // In a copy: decoders refuse shared memory.
      open.text += open.utf8.decode(new Uint8Array(view.buffer, address, length).slice(), { stream: true });
      written += length;
    }
    const lines = open.text.split('\n');
    open.text = lines.pop() ?? '';
    for (const line of lines) log(line);
    view.setUint32(writtenAt, written, true);
    return SUCCESS;
  };
}
