// Cases of parts of parameters.
import { AdapterError } from '../errors.js';
import { byteSize, type DType } from '../ir/dtype.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from './adapter.js';
import { assert, assertHolds, pattern, within, writable } from './adapter-probes.js';
import type { TensorPart } from './tensor-data.js';

export async function partsAreWrittenAndRead(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    await adapter.write(parameter.path, pattern(parameter, 9));
    if (await writeInParts(adapter, parameter)) {
      const { bytes } = pattern(parameter, 10);
      await assertHolds(adapter, parameter.path, bytes, 'What was written in parts is not what is read');
    }
    await checkReadParts(adapter, parameter);
  }
}

/** Uneven cuts, so that an offset in bytes, or none, is found out; a single element is a part too. */
function cutsOf({ shape }: ParameterSpec): readonly (readonly [first: number, end: number])[] {
  const count = elementCount(shape);
  const ends = [Math.floor(count / 3), Math.floor(count / 3) + 1, count - 1, count];
  const cuts: (readonly [number, number])[] = [];
  for (const end of ends) {
    const first = cuts.at(-1)?.[1] ?? 0;
    if (end > first && end <= count) cuts.push([first, end]);
  }
  return cuts;
}

/** @returns false when the adapter takes this parameter whole only. */
async function writeInParts(adapter: Adapter, parameter: ParameterSpec): Promise<boolean> {
  const { path, dtype, shape } = parameter;
  const size = byteSize(dtype);
  const { bytes } = pattern(parameter, 10);
  for (const [first, end] of cutsOf(parameter)) {
    const memory = within(bytes.subarray(first * size, end * size), first % 2 === 1);
    const part = { dtype, shape, offset: first, bytes: memory.bytes };
    if ((await adapter.writePart?.(path, part)) !== true) return false;
    assert(memory.isIntact(), 'A part that was written changed, or what lay beside it', path);
    memory.bytes.fill(0xff);
  }
  return true;
}

async function checkReadParts(adapter: Adapter, parameter: ParameterSpec): Promise<void> {
  const { path, dtype } = parameter;
  const { bytes } = await adapter.read(path);
  const size = byteSize(dtype);
  for (const [first, end] of cutsOf(parameter)) {
    const memory = within(new Uint8Array((end - first) * size), false);
    if ((await adapter.readPart?.(path, first, memory.bytes)) !== true) return;
    const same = memory.bytes.every((byte, at) => byte === bytes[first * size + at]);
    assert(same, 'A part that was read is not the one that the whole has', path);
    memory.bytes.fill(0);
    assert(memory.isIntact(), 'Reading a part changed what lay beside it', path);
  }
}

export async function misfitPartsAreRefused(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const { path, dtype, shape } = parameter;
    const old = pattern(parameter, 5);
    await adapter.write(path, pattern(parameter, 5));
    const count = elementCount(shape);
    const bytes = new Uint8Array(byteSize(dtype)).fill(1);
    const other: DType = dtype === 'float64' ? 'float32' : 'float64';
    const misfits: Readonly<Record<string, TensorPart>> = {
      'A part beyond the end': { dtype, shape, offset: count, bytes },
      'A part before the start': { dtype, shape, offset: -1, bytes },
      'A part of another dtype': { dtype: other, shape, offset: 0, bytes },
      'A part of another shape': { dtype, shape: [...shape, 1], offset: 0, bytes },
    };
    for (const [what, part] of Object.entries(misfits)) {
      await assertNotTaken(what, path, () => adapter.writePart?.(path, part));
      if (part.dtype !== dtype || part.shape !== shape) continue;
      await assertNotTaken(what, path, () => adapter.readPart?.(path, part.offset, bytes.slice()));
    }
    await assertHolds(adapter, path, old.bytes, 'A part that was refused changed the values');
  }
}

/** A part may be refused for itself, or because the parameter is for whole tensors only. */
async function assertNotTaken(what: string, path: string, action: () => unknown): Promise<void> {
  try {
    assert((await action()) !== true, `${what} was taken`, path);
  } catch (error) {
    const isTyped = error instanceof AdapterError;
    assert(isTyped, `${what} was refused with ${String(error)}, not with an AdapterError`, path);
    if (error.code === 'adapter-case') throw error;
  }
}
