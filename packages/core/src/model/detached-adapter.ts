import { convert } from '../ir/convert.js';
import { byteSize, type FloatDType, isFloatDType } from '../ir/dtype.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Adapter } from './adapter.js';
import { assertFits, parameterAt, startOfPart } from './adapter-checks.js';
import type { ModuleNode } from './module-node.js';
import { parametersByPath } from './parameters-by-path.js';
import type { TensorData } from './tensor-data.js';

/** An adapter whose writes stay beside the model, and every parameter of it by path, in tree order. */
export interface DetachedAdapter extends Adapter {
  readonly paths: readonly string[];
}

/**
 * A stand-in for a model that is only a description: writes are kept in memory, the model itself is never written,
 * and reads give what was written or else the model's own value.
 *
 * @param dtype element type that float parameters take instead of their own.
 */
export function detached(adapter: Adapter, options: { readonly dtype?: FloatDType | undefined } = {}): DetachedAdapter {
  const model = adapter.tree();
  const root = withDType(model, options.dtype);
  const own = parametersByPath(model);
  const specs = parametersByPath(root);
  const byAnyPath = new Map([...specs.values()].flatMap(withAliases));
  const specAt = (path: string): ParameterSpec => parameterAt(byAnyPath, path, `the ${adapter.framework} model`);
  /** By the parameters' own paths. */
  const written = new Map<string, TensorData>();
  return {
    framework: adapter.framework,
    paths: [...specs.keys()],
    tree: () => root,
    async read(path) {
      const spec = specAt(path);
      const kept = written.get(spec.path);
      if (kept !== undefined) return { ...kept, bytes: kept.bytes.slice() };
      const own = await adapter.read(path);
      return { dtype: spec.dtype, shape: spec.shape, bytes: convert(own.bytes, own.dtype, spec.dtype) };
    },
    async readPart(path, offset, out) {
      const spec = specAt(path);
      startOfPart(spec, { offset, bytes: out }, path);
      const [from, to] = [own.get(spec.path)?.dtype, spec.dtype];
      if (written.has(spec.path) || adapter.readPart === undefined || from === undefined) return false;
      if (from === to) return adapter.readPart(path, offset, out);
      const part = new Uint8Array((out.byteLength / byteSize(to)) * byteSize(from));
      if (!(await adapter.readPart(path, offset, part))) return false;
      out.set(convert(part, from, to));
      return true;
    },
    write(path, tensor) {
      const spec = specAt(path);
      assertFits(spec, tensor, path);
      written.set(spec.path, tensor);
    },
    keep(path) {
      const { path: own } = specAt(path);
      const kept = written.get(own);
      return { restore: () => void (kept === undefined ? written.delete(own) : written.set(own, kept)) };
    },
  };
}

function withAliases(spec: ParameterSpec): readonly (readonly [path: string, spec: ParameterSpec])[] {
  return [spec.path, ...(spec.aliases ?? [])].map((path) => [path, spec]);
}

function withDType(node: ModuleNode, dtype: FloatDType | undefined): ModuleNode {
  if (dtype === undefined) return node;
  return {
    ...node,
    parameters: node.parameters.map((parameter) =>
      isFloatDType(parameter.dtype) ? { ...parameter, dtype } : parameter,
    ),
    children: node.children.map((child) => withDType(child, dtype)),
  };
}
