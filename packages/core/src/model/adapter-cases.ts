import { byteSize, type DType, isDType } from '../ir/dtype.js';
import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { lastSegment } from '../ir/path.js';
import { elementCount, sameShape } from '../ir/shape.js';
import type { Adapter } from './adapter.js';
import { buffersAreTakenOver } from './adapter-buffer-case.js';
import {
  assert,
  assertHolds,
  assertRefused,
  listedParameters,
  modulesOf,
  parametersOf,
  pattern,
  writable,
} from './adapter-probes.js';
import type { TensorData } from './tensor-data.js';

/** One promise of the adapter contract, and a check that it is kept. */
export interface AdapterCase {
  /** The promise, as a sentence. */
  readonly name: string;
  /**
   * Checks an adapter over a model of its own; writes into it.
   *
   * @throws AdapterError `adapter-case` that says which parameter or module breaks the promise.
   */
  check(adapter: Adapter): void | Promise<void>;
}

/**
 * What every adapter promises, whatever its framework. A promise about a method that an adapter does not have is kept.
 *
 * @example
 * ```ts
 * for (const { name, check } of ADAPTER_CASES) test(name, () => check(tfjs(tf, makeModel())));
 * ```
 */
export const ADAPTER_CASES: readonly AdapterCase[] = [
  { name: 'tree() is pure: two calls give equal trees', check: treeIsPure },
  { name: "a module's path is unique and lies below its parent's", check: modulePathsNest },
  { name: 'a module names its class first and no type twice', check: typesAreNames },
  { name: 'a path names one parameter, and aliases are paths of no other', check: parameterPathsAreUnique },
  { name: "a parameter's path, or one of its aliases, ends in its native name", check: pathsEndInNativeNames },
  { name: 'shapes are whole numbers and dtypes are known', check: shapesAndDtypesAreKnown },
  { name: 'axes name every axis, and slices and groups divide theirs', check: axesFitShapes },
  { name: 'a fallback law has as many elements as its parameter', check: fallbacksFitShapes },
  { name: 'read gives the shape, the dtype and the bytes that the tree tells', check: readsFitTree },
  { name: 'what is written is what is read, bit for bit', check: writesAreRead },
  { name: 'writing one parameter leaves the others alone', check: writesAreSeparate },
  { name: 'parts are written and read where they lie, bit for bit', check: partsAreWrittenAndRead },
  { name: 'buffers on its GPU are taken over, all or none', check: buffersAreTakenOver },
  { name: 'what was kept is put back, bit for bit', check: keptValuesAreRestored },
  { name: 'bytes that were read belong to the caller', check: readsAreCopies },
  { name: 'an alias reads the same storage', check: aliasesShareStorage },
  { name: 'an unknown path is refused', check: unknownPathsAreRefused },
  { name: 'values of another shape or dtype are refused and change nothing', check: misfitsAreRefused },
];

function treeIsPure(adapter: Adapter): void {
  const [first, second] = [JSON.stringify(adapter.tree()), JSON.stringify(adapter.tree())];
  assert(first === second, 'Two calls of tree() gave different trees', '');
}

function modulePathsNest(adapter: Adapter): void {
  const root = adapter.tree();
  assert(root.path === '', "The root's path is not empty", root.path);
  const seen = new Set<string>();
  for (const module of modulesOf(root)) {
    assert(!seen.has(module.path), 'Two modules have this path', module.path);
    seen.add(module.path);
    for (const child of module.children) {
      const below = module.path === '' || child.path.startsWith(`${module.path}.`);
      assert(below && child.path !== '', `The path of a child of '${module.path}' does not lie below it`, child.path);
    }
  }
}

function typesAreNames(adapter: Adapter): void {
  for (const { path, types } of modulesOf(adapter.tree())) {
    assert(types.length > 0 && types.every((type) => type !== ''), 'The module has no type name', path);
    assert(new Set(types).size === types.length, `A type is named twice in ${types.join(', ')}`, path);
  }
}

function parameterPathsAreUnique(adapter: Adapter): void {
  const listed = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const { path, shape, dtype, aliases = [] } of listedParameters(adapter)) {
    // A tied parameter may have another role and name in each module that holds it, not another shape.
    const storage = JSON.stringify({ shape, dtype, aliases });
    assert((listed.get(path) ?? storage) === storage, 'Two different parameters have this path', path);
    listed.set(path, storage);
    for (const place of [path, ...aliases]) {
      assert((owners.get(place) ?? path) === path, 'Two parameters claim this path', place);
      owners.set(place, path);
    }
  }
}

function pathsEndInNativeNames(adapter: Adapter): void {
  for (const { path, nativeName, aliases = [] } of listedParameters(adapter)) {
    const fits = [path, ...aliases].some((place) => lastSegment(place) === nativeName);
    assert(fits, `No path of the parameter ends in '${nativeName}'`, path);
  }
}

function shapesAndDtypesAreKnown(adapter: Adapter): void {
  for (const { path, shape, dtype } of parametersOf(adapter)) {
    const whole = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
    assert(whole, `The shape [${shape.join(', ')}] is not of whole numbers`, path);
    assert(isDType(dtype), `'${String(dtype)}' is not a dtype`, path);
  }
}

function axesFitShapes(adapter: Adapter): void {
  for (const { path, shape, axes, slices, groups = 1 } of parametersOf(adapter)) {
    assert(axes === undefined || axes.length === shape.length, 'There is not one axis name for each axis', path);
    assert(Number.isSafeInteger(groups) && groups > 0, `${groups} groups are not a whole number above 0`, path);
    if (slices === undefined) continue;
    const extent = shape[slices.axis] ?? Number.NaN;
    assert(extent % slices.names.length === 0, `${slices.names.length} slices do not divide their axis`, path);
  }
}

function fallbacksFitShapes(adapter: Adapter): void {
  for (const { path, shape, fallback } of parametersOf(adapter)) {
    const law = fallback?.law;
    const elements = (law === undefined ? undefined : elementsOf(law)) ?? elementCount(shape);
    assert(elements === elementCount(shape), `The fallback law has ${elements} elements`, path);
  }
}

/** Undefined for a law of any number of elements. */
function elementsOf(law: Law): number | undefined {
  if (law.kind === 'orthogonal' && law.place !== undefined) return elementCount(law.place.shape);
  if (law.kind === 'orthogonal' || law.kind === 'identity') return law.rows * law.columns;
  return law.kind === 'segments' ? law.segments.reduce((sum, { length }) => sum + length, 0) : undefined;
}

async function readsFitTree(adapter: Adapter): Promise<void> {
  for (const { path, shape, dtype } of parametersOf(adapter)) {
    const data = await adapter.read(path);
    const fits = data.dtype === dtype && sameShape(data.shape, shape);
    assert(fits, `read gave ${data.dtype}[${data.shape.join(', ')}]`, path);
    const bytes = elementCount(shape) * byteSize(dtype);
    assert(data.bytes.byteLength === bytes, `read gave ${data.bytes.byteLength} bytes, not ${bytes}`, path);
  }
}

async function writesAreRead(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    for (const salt of [1, 2]) {
      await adapter.write(parameter.path, pattern(parameter, salt));
      const expected = pattern(parameter, salt).bytes;
      await assertHolds(adapter, parameter.path, expected, 'The bytes that were written are not those that are read');
    }
  }
}

async function writesAreSeparate(adapter: Adapter): Promise<void> {
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

async function partsAreWrittenAndRead(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const { path, dtype, shape } = parameter;
    const size = byteSize(dtype);
    await adapter.write(path, pattern(parameter, 9));
    const { bytes } = pattern(parameter, 10);
    // An uneven cut, so that an offset in bytes, or none, is found out.
    const cut = Math.floor(elementCount(shape) / 3);
    const last = { dtype, shape, offset: cut, bytes: bytes.slice(cut * size) };
    if ((await adapter.writePart?.(path, last)) !== true) continue;
    last.bytes.fill(0xff);
    await adapter.writePart?.(path, { ...last, offset: 0, bytes: bytes.slice(0, cut * size) });
    await assertHolds(adapter, path, bytes, 'What was written in parts is not what is read');
  }
  for (const parameter of writable(adapter)) {
    const { bytes } = await adapter.read(parameter.path);
    const cut = Math.floor(elementCount(parameter.shape) / 3);
    const out = new Uint8Array(bytes.length - cut * byteSize(parameter.dtype));
    if ((await adapter.readPart?.(parameter.path, cut, out)) !== true) continue;
    const same = out.every((byte, at) => byte === bytes[at + bytes.length - out.length]);
    assert(same, 'A part that was read is not the one that the whole has', parameter.path);
  }
}

async function keptValuesAreRestored(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    const old = pattern(parameter, 7).bytes;
    await adapter.write(parameter.path, pattern(parameter, 7));
    const kept = await adapter.keep?.(parameter.path);
    await adapter.write(parameter.path, pattern(parameter, 8));
    if (kept === undefined) continue;
    await kept.restore();
    await assertHolds(adapter, parameter.path, old, 'What was kept and put back is not what it was');
  }
}

async function readsAreCopies(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter)) {
    await adapter.write(parameter.path, pattern(parameter, 3));
    (await adapter.read(parameter.path)).bytes.fill(0xff);
    await assertHolds(adapter, parameter.path, pattern(parameter, 3).bytes, 'Changing what was read changed the model');
  }
}

async function aliasesShareStorage(adapter: Adapter): Promise<void> {
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

async function unknownPathsAreRefused(adapter: Adapter): Promise<void> {
  const path = 'no.such.parameter';
  const data: TensorData = { dtype: 'float32', shape: [1], bytes: new Uint8Array(4) };
  await assertRefused('Reading an unknown path', path, () => adapter.read(path));
  await assertRefused('Writing an unknown path', path, () => adapter.write(path, data));
}

async function misfitsAreRefused(adapter: Adapter): Promise<void> {
  for (const parameter of writable(adapter).slice(0, 4)) {
    const { path, shape, dtype } = parameter;
    await adapter.write(path, pattern(parameter, 5));
    const taller: ParameterSpec = { ...parameter, shape: [...shape, 2] };
    const other: DType = dtype === 'float64' ? 'float32' : 'float64';
    await assertRefused('A wrong shape', path, () => adapter.write(path, pattern(taller, 6)));
    await assertRefused('A wrong dtype', path, () => adapter.write(path, pattern({ ...parameter, dtype: other }, 6)));
    await assertHolds(adapter, path, pattern(parameter, 5).bytes, 'A refused write changed the values');
  }
}
