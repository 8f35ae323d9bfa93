import { isDType } from '../ir/dtype.js';
import type { Law } from '../ir/law.js';
import { joinPath, lastSegment } from '../ir/path.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from './adapter.js';
import { buffersAreTakenOver } from './adapter-buffer-case.js';
import { misfitPartsAreRefused, partsAreWrittenAndRead } from './adapter-part-cases.js';
import { assert, listedParameters, modulesOf, parametersOf } from './adapter-probes.js';
import {
  aliasesShareStorage,
  bytesMayLieAnywhere,
  keptValuesAreRestored,
  misfitsAreRefused,
  readsAreCopies,
  readsFitTree,
  unknownPathsAreRefused,
  writesAreRead,
  writesAreSeparate,
  writesLeaveTree,
} from './adapter-value-cases.js';

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
  {
    name: 'a parameter has its path in the first module that lists it, and a path in each other',
    check: pathsLieInModules,
  },
  { name: 'shapes are whole numbers and dtypes are known', check: shapesAndDtypesAreKnown },
  { name: 'axes name every axis, and slices and groups divide theirs', check: axesFitShapes },
  { name: 'a fallback law has as many elements as its parameter', check: fallbacksFitShapes },
  { name: 'read gives the shape, the dtype and the bytes that the tree tells', check: readsFitTree },
  { name: 'what is written is what is read, bit for bit', check: writesAreRead },
  { name: 'writing one parameter leaves the others alone', check: writesAreSeparate },
  { name: 'writing values changes nothing of the tree', check: writesLeaveTree },
  { name: 'parts are written and read where they lie, bit for bit', check: partsAreWrittenAndRead },
  { name: 'parts that do not lie in their parameter are refused and change nothing', check: misfitPartsAreRefused },
  { name: 'buffers on its GPU are taken over, all or none', check: buffersAreTakenOver },
  { name: 'what was kept is put back, bit for bit', check: keptValuesAreRestored },
  { name: 'bytes that were read belong to the caller', check: readsAreCopies },
  { name: 'values come from anywhere in a larger memory, and leave it alone', check: bytesMayLieAnywhere },
  { name: 'an alias reads the same storage', check: aliasesShareStorage },
  { name: 'an unknown path is refused', check: unknownPathsAreRefused },
  { name: 'values of another shape, dtype or length are refused and change nothing', check: misfitsAreRefused },
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

function pathsLieInModules(adapter: Adapter): void {
  const listed = new Set<string>();
  for (const { path: module, parameters } of modulesOf(adapter.tree())) {
    for (const { path, aliases = [] } of parameters) {
      // Whoever plans meets it in the first module, by that module's rules.
      const places = listed.has(path) ? [path, ...aliases] : [path];
      listed.add(path);
      const lies = places.some((place) => joinPath(module, lastSegment(place)) === place);
      assert(lies, `The module '${module}' lists a parameter that has no path in it`, path);
    }
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
