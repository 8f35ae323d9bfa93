// What the cases of adapters are made of.
import { AdapterError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from './adapter.js';
import type { ModuleNode } from './module-node.js';
import type { TensorData } from './tensor-data.js';

/** Larger parameters are left out of the cases that write each one. */
const MAX_ELEMENTS = 1_000_000;

export function fail(what: string, path: string): never {
  throw new AdapterError({ code: 'adapter-case', what, path });
}

export function assert(condition: boolean, what: string, path: string): asserts condition {
  if (!condition) fail(what, path);
}

export function modulesOf(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modulesOf)];
}

/** Parameters as the modules list them: a tied one several times. */
export function listedParameters(adapter: Adapter): readonly ParameterSpec[] {
  return modulesOf(adapter.tree()).flatMap((module) => module.parameters);
}

/** Each parameter once, in tree order. */
export function parametersOf(adapter: Adapter): readonly ParameterSpec[] {
  return [...new Map(listedParameters(adapter).map((parameter) => [parameter.path, parameter])).values()];
}

/** Top bytes of numbers of either sign, and of tiny ones; none is that of a NaN. */
const TOPS = [0, 0x20, 0xa0] as const;

/** Finite values in every dtype, different for each salt. */
export function pattern({ shape, dtype }: Pick<ParameterSpec, 'shape' | 'dtype'>, salt: number): TensorData {
  const bytes = new Uint8Array(elementCount(shape) * byteSize(dtype));
  const size = byteSize(dtype);
  for (let at = 0; at < bytes.length; at += 1) {
    const isTop = size > 1 && at % size === size - 1;
    const byte = isTop ? TOPS[salt % TOPS.length] : (at * 37 + salt * 101) % 251;
    bytes[at] = dtype === 'bool' ? (at + salt) % 2 : (byte ?? 0);
  }
  return { dtype, shape, bytes };
}

/** Bytes in the middle of a larger memory, where no number begins at a multiple of its size. */
export interface Embedded {
  readonly bytes: Uint8Array;
  /** Whether all of the memory is as it was made. */
  isIntact(): boolean;
}

const BEFORE = 3;
const AFTER = 6;

export function within(bytes: Uint8Array, shared: boolean): Embedded {
  const length = BEFORE + bytes.length + AFTER;
  // A page that is not isolated has no shared memory.
  const isShared = shared && typeof SharedArrayBuffer === 'function';
  const all = new Uint8Array(isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length)).fill(0xa5);
  all.set(bytes, BEFORE);
  const made = all.slice();
  return {
    bytes: all.subarray(BEFORE, BEFORE + bytes.length),
    isIntact: () => all.every((byte, at) => byte === made[at]),
  };
}

export function writable(adapter: Adapter): readonly ParameterSpec[] {
  return parametersOf(adapter).filter(({ shape }) => elementCount(shape) <= MAX_ELEMENTS);
}

export async function assertHolds(adapter: Adapter, path: string, expected: Uint8Array, what: string): Promise<void> {
  const { bytes } = await adapter.read(path);
  const same = bytes.length === expected.length && bytes.every((byte, at) => byte === expected[at]);
  assert(same, what, path);
}

export async function assertRefused(what: string, path: string, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    assert(error instanceof AdapterError, `${what} was refused with ${String(error)}, not with an AdapterError`, path);
    return;
  }
  fail(`${what} was not refused`, path);
}
