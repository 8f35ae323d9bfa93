/** A compute shader as TVM binds it: storage buffers from binding 0 on, then one uniform of all numbers. */
export interface WgslFunction {
  /** The entry point. */
  readonly name: string;
  readonly wgsl: string;
  /** Of each storage buffer, whether the shader writes it. */
  readonly buffers: readonly boolean[];
  /** TVM adds one more of `uint32`: the number of workgroups. */
  readonly numbers: readonly ('uint32' | 'float32')[];
}

/** DLDataType: type code and bits. */
const HANDLE = [3, 64] as const;
const NUMBER_TYPES = { uint32: [1, 32], float32: [2, 32] } as const;

/** Bytes of a TVM module of one function, as `ffi.Module.load_from_bytes.webgpu` reads them. */
export function wgslModule({ name, wgsl, buffers, numbers }: WgslFunction): Uint8Array {
  const types = [...buffers.map(() => HANDLE), ...numbers.map((type) => NUMBER_TYPES[type])];
  const tags = ['blockIdx.x', `paramWriteAccess:[${buffers.map(Number).join()}]`];
  return concat([
    // The map of functions: name, types of arguments, launch parameters, extra tags.
    ...[word64(1), text(name), text(name)],
    ...[word64(types.length), ...types.map(([code, bits]) => Uint8Array.of(code, bits, 1, 0))],
    ...[word64(tags.length), ...tags.map(text)],
    word64(0),
    // The map of sources.
    ...[word64(1), text(name), text(wgsl)],
  ]);
}

function word64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return concat([word64(bytes.length), bytes]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
