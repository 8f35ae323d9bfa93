// What Incipit uses of @mlc-ai/web-runtime 0.27.0-dev0. scripts/bundle-web-runtime.mjs makes the module beside the
// compiled files of this folder; only tvm-runtime.ts imports it.

export interface PackedFunction {
  (...args: unknown[]): unknown;
  dispose(): void;
}

export interface Tensor {
  /** Address of the first byte in the wasm memory, for a tensor on the CPU. */
  getCPUDataAddress(): number;
  /** What kernels take for the tensor: on the GPU, an index into TVM's table of buffers. */
  getDataPtr(): number;
  dispose(): void;
}

export interface Module {
  getFunction(name: string): PackedFunction;
}

export interface DLDevice {
  readonly deviceType: number;
  /** On the GPU: submits what is recorded before it returns. */
  sync(): Promise<void>;
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
  /** Once; `device` is a GPUDevice, or what stands in for it. */
  initWebGPU(device: object): void;
  cpu(): DLDevice;
  webgpu(): DLDevice;
  empty(shape: readonly number[], dtype: string, device: DLDevice): Tensor;
  dispose(): void;
}
