// What Incipit uses of @mlc-ai/web-runtime 0.27.0-dev0. scripts/bundle-web-runtime.mjs makes the module beside the
// compiled files of this folder; only tvm-runtime.ts imports it.

export interface PackedFunction {
  (...args: unknown[]): unknown;
  dispose(): void;
}

export interface Tensor {
  /** Address of the first byte in the wasm memory, for a tensor on the CPU. */
  getCPUDataAddress(): number;
  dispose(): void;
}

export interface DLDevice {
  readonly deviceType: number;
}

export interface WasiProvider {
  readonly wasiImport: WebAssembly.ModuleImports;
  start(instance: WebAssembly.Instance): void;
}

/** The imports of the wasm, and what to do once it is instantiated. */
export declare class Environment {
  constructor(provider: WasiProvider, logger: (line: string) => void);
  readonly imports: WebAssembly.Imports;
}

export declare class Instance {
  constructor(module: WebAssembly.Module, imports: object, instance: WebAssembly.Instance, environment: Environment);
  readonly memory: { readonly memory: WebAssembly.Memory };
  /** What functions return is freed at the end of the innermost scope. A scope has no `finally` of its own. */
  beginScope(): void;
  endScope(): void;
  detachFromCurrentScope<T>(value: T): T;
  /** Throws an Error `Cannot find global function <name>`. */
  getGlobalFunc(name: string): PackedFunction;
  cpu(): DLDevice;
  empty(shape: readonly number[], dtype: string, device: DLDevice): Tensor;
  dispose(): void;
}
