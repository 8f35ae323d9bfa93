import { PlanError } from '../errors.js';
import type { NamedParameter } from '../initializers/initializer.js';
import { byteSize, DTYPES, type DType, type FloatDType, isDType, isFloatDType } from '../ir/dtype.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { joinPath, relativePath } from '../ir/path.js';
import { elementCount, formatShape, sameShape } from '../ir/shape.js';
import type { ModuleNode } from '../model/module-node.js';
import { parentsFirst } from './match.js';

/** Bytes of one parameter that a wasm memory can hold. */
const MAX_BYTES = 2 ** 32;
/** Elements that a number can count. */
const MAX_ELEMENTS = Number.MAX_SAFE_INTEGER;

/** Every parameter of a tree once, by path, in the order of the tree. */
export type ParameterTable = ReadonlyMap<string, ParameterSpec>;

/**
 * Lists and checks the parameters of a tree.
 *
 * @param dtype dtype that float parameters take; default: the model's own.
 * @throws PlanError `duplicate-path`, `bad-shape`, `too-large`, `unknown-dtype`, each with the parameter's path.
 */
export function readParameters(root: ModuleNode, dtype?: FloatDType): ParameterTable {
  if (dtype !== undefined && !isFloatDType(dtype)) {
    throw new PlanError({
      code: 'unknown-dtype',
      what: `weights cannot be made in dtype ${JSON.stringify(dtype)}`,
      expected: 'float32, float16 or bfloat16',
    });
  }
  const table = new Map<string, ParameterSpec>();
  for (const node of parentsFirst(root)) {
    for (const parameter of node.parameters) {
      const known = table.get(parameter.path);
      if (known === undefined) table.set(parameter.path, checked(parameter, dtype));
      else checkTied(known, parameter, node);
    }
  }
  return table;
}

function checked(parameter: ParameterSpec, dtype: FloatDType | undefined): ParameterSpec {
  if (!isDType(parameter.dtype)) {
    throw new PlanError({
      code: 'unknown-dtype',
      what: `unknown dtype ${JSON.stringify(parameter.dtype)}`,
      expected: DTYPES.join(', '),
      path: parameter.path,
    });
  }
  checkSize(parameter, dtype ?? parameter.dtype);
  return dtype === undefined || !isFloatDType(parameter.dtype) ? parameter : { ...parameter, dtype };
}

function checkSize(parameter: ParameterSpec, dtype: DType): void {
  const { path, shape } = parameter;
  if (shape.some((extent) => !Number.isSafeInteger(extent) || extent < 0)) {
    throw new PlanError({
      code: 'bad-shape',
      what: `shape ${formatShape(shape)} has an extent that is no whole number`,
      fix: 'build the model first, so that every extent is known',
      path,
    });
  }
  const elements = elementCount(shape);
  const bytes = elements * byteSize(dtype);
  if (elements <= MAX_ELEMENTS && bytes <= MAX_BYTES) return;
  throw new PlanError({
    code: 'too-large',
    what: `a ${dtype} parameter of shape ${formatShape(shape)} takes ${bytes} bytes`,
    expected: `at most ${MAX_BYTES} bytes in one parameter`,
    fix: 'split the parameter, or give the model a narrower dtype',
    path,
  });
}

/** One path twice is right for one storage held by two modules, and wrong for two storages. */
function checkTied(known: ParameterSpec, again: ParameterSpec, holder: ModuleNode): void {
  const alias = joinPath(holder.path, again.nativeName);
  const tied = known === again || (known.aliases?.includes(alias) ?? false);
  if (tied && sameShape(known.shape, again.shape)) return;
  throw new PlanError({
    code: 'duplicate-path',
    what: `two parameters have the path '${again.path}'`,
    expected: 'one path for each parameter; a tied one names its other paths as aliases',
    fix: `give the modules different names, or list '${alias}' among the aliases of the first`,
    path: again.path,
  });
}

/** The parameters at and below a module, with the names that a checkpoint of that module would use. */
export function namedParameters(base: ModuleNode, table: ParameterTable): readonly NamedParameter[] {
  const named: NamedParameter[] = [];
  const seen = new Set<string>();
  for (const { node, prefix } of withPrefixes(base, '')) {
    for (const listed of node.parameters) {
      const parameter = table.get(listed.path) ?? listed;
      const own = relativePath(listed.path, node.path);
      const tied = own === undefined || seen.has(listed.path);
      seen.add(listed.path);
      named.push({ name: concat(prefix, tied ? joinPath('', listed.nativeName) : own), parameter });
    }
  }
  return named;
}

/** Names below a wrapper leave out the segment of the wrapped module. */
function* withPrefixes(node: ModuleNode, prefix: string): Generator<{ node: ModuleNode; prefix: string }> {
  yield { node, prefix };
  for (const child of node.children) {
    const segment = relativePath(child.path, node.path) ?? child.path;
    yield* withPrefixes(child, node.wrapper === true ? prefix : concat(prefix, segment));
  }
}

function concat(prefix: string, rest: string): string {
  return prefix === '' ? rest : rest === '' ? prefix : `${prefix}.${rest}`;
}
