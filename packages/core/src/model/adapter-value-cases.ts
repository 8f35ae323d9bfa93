// Cases of whole parameters: what is read, written, kept and refused.
import { byteSize, type DType } from '../ir/dtype.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { elementCount, sameShape } from '../ir/shape.js';
import type { Adapter } from './adapter.js';
import { assert, assertHolds, assertRefused, parametersOf, pattern, within, writable } from './adapter-probes.js';
import type { TensorData } from './tensor-data.js';

export async function readsFitTree(adapter: Adapter): Promise<void> {
  for (const { path, shape, dtype } of parametersOf(adapter)) {
    const data = await adapter.read(path);
    const fits = data.dtype === dtype && sameShape(data.shape, shape);
    assert(fits, `read gave ${data.dtype}[${data.shape.join(', ')}]`, path);
    const bytes = elementCount(shape) * byteSize(dtype);
    assert(data.bytes.byteLength === bytes, `read gave ${data.bytes.byteLength} bytes, not ${bytes}`, path);
  }
}

export async function writesAreRead(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    for (const salt of [1, 2]) {
      await adapter.write(parameter.path, pattern(parameter, salt));
      const expected = pattern(parameter, salt).bytes;
      await assertHolds(adapter, parameter.path, expected, 'The bytes that were written are not those that are read');
    }
  }
}

export async function writesAreSeparate(adapter: Adapter): Promise<void> {
  const parameters = writable(adapter);
  for (const [index, parameter] of parameters.entries()) await adapter.write(parameter.path, pattern(parameter, index));
  for (const [index, parameter] of parameters.entries()) {
    await assertHolds(
      adapter,
      parameter.path,
      pattern(parameter, index).bytes,
      'A later write to another changed this',
    );
  }
}

export async function writesLeaveTree(adapter: Adapter): Promise<void> {
  const before = JSON.stringify(adapter.tree());
  for (const parameter of writable(adapter)) await adapter.write(parameter.path, pattern(parameter, 1));
  assert(JSON.stringify(adapter.tree()) === before, 'The tree is another after values were written', '');
}

/** Memory of its own, at an odd place of a larger one, and shared with threads. */
export async function bytesMayLieAnywhere(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const { path } = parameter;
    for (const [salt, shared] of [false, true].entries()) {
      const data = pattern(parameter, salt);
      const memory = within(data.bytes, shared);
      await adapter.write(path, { ...data, bytes: memory.bytes });
      await assertHolds(adapter, path, data.bytes, 'Bytes in the middle of a larger memory were not taken');
      assert(memory.isIntact(), 'A write changed the bytes that it was given, or those beside them', path);
    }
  }
}

export async function keptValuesAreRestored(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const { path } = parameter;
    const old = pattern(parameter, 7).bytes;
    for (const change of [writeWhole, writeHalf]) {
      await adapter.write(path, pattern(parameter, 7));
      const kept = await adapter.keep?.(path);
      await change(adapter, parameter);
      if (kept === undefined) continue;
      await kept.restore();
      await assertHolds(adapter, path, old, 'What was kept and put back is not what it was');
      const released = await adapter.keep?.(path);
      await change(adapter, parameter);
      const changed = (await adapter.read(path)).bytes;
      await released?.release?.();
      await assertHolds(adapter, path, changed, 'Letting go of what was kept changed the values');
    }
  }
}

async function writeWhole(adapter: Adapter, parameter: ParameterSpec): Promise<void> {
  await adapter.write(parameter.path, pattern(parameter, 8));
}

async function writeHalf(adapter: Adapter, parameter: ParameterSpec): Promise<void> {
  const { path, dtype, shape } = parameter;
  const half = Math.ceil(elementCount(shape) / 2) * byteSize(dtype);
  const bytes = pattern(parameter, 8).bytes.slice(0, half);
  await adapter.writePart?.(path, { dtype, shape, offset: 0, bytes });
}

export async function readsAreCopies(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const { path } = parameter;
    // What was there before any write may come from elsewhere.
    const old = (await adapter.read(path)).bytes;
    await assertOwn(adapter, path, old.slice(), old);
    await adapter.write(path, pattern(parameter, 3));
    await assertOwn(adapter, path, pattern(parameter, 3).bytes, (await adapter.read(path)).bytes);
  }
}

/** Changes bytes that were read. */
async function assertOwn(adapter: Adapter, path: string, held: Uint8Array, bytes: Uint8Array): Promise<void> {
  for (const [index, byte] of bytes.entries()) bytes[index] = byte ^ 0xff;
  await assertHolds(adapter, path, held, 'Changing what was read changed the model');
}

export async function aliasesShareStorage(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    await adapter.write(parameter.path, pattern(parameter, 4));
    for (const alias of parameter.aliases ?? []) {
      await assertHolds(
        adapter,
        alias,
        pattern(parameter, 4).bytes,
        `The alias of '${parameter.path}' differs from it`,
      );
    }
  }
}

export async function unknownPathsAreRefused(adapter: Adapter): Promise<void> {
  const bytes = new Uint8Array(4);
  const data: TensorData = { dtype: 'float32', shape: [1], bytes };
  for (const path of ['no.such.parameter', '', 'constructor']) {
    await assertRefused('Reading an unknown path', path, () => adapter.read(path));
    await assertRefused('Writing an unknown path', path, () => adapter.write(path, data));
    const { keep, readPart, writePart } = adapter;
    if (keep !== undefined) await assertRefused('Keeping an unknown path', path, () => adapter.keep?.(path));
    if (readPart !== undefined) {
      await assertRefused('Reading a part of an unknown path', path, () => adapter.readPart?.(path, 0, bytes));
    }
    if (writePart !== undefined) {
      const part = { ...data, offset: 0 };
      await assertRefused('Writing a part of an unknown path', path, () => adapter.writePart?.(path, part));
    }
  }
}

export async function misfitsAreRefused(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const { path, shape, dtype } = parameter;
    const good = pattern(parameter, 5);
    await adapter.write(path, pattern(parameter, 5));
    const taller: ParameterSpec = { ...parameter, shape: [...shape, 2] };
    const other: DType = dtype === 'float64' ? 'float32' : 'float64';
    const { bytes } = pattern(parameter, 6);
    const longer = new Uint8Array(bytes.length + byteSize(dtype));
    await assertRefused('A wrong shape', path, () => adapter.write(path, pattern(taller, 6)));
    await assertRefused('A wrong dtype', path, () => adapter.write(path, pattern({ ...parameter, dtype: other }, 6)));
    await assertRefused('Too many bytes', path, () => adapter.write(path, { dtype, shape, bytes: longer }));
    if (bytes.length > 0) {
      const shorter = bytes.slice(1);
      await assertRefused('Too few bytes', path, () => adapter.write(path, { dtype, shape, bytes: shorter }));
    }
    await assertHolds(adapter, path, good.bytes, 'A refused write changed the values');
  }
}
