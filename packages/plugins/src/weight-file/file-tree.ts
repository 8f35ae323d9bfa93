import {
  AdapterError,
  type CheckpointEntry,
  type CheckpointHeader,
  isFloatDType,
  joinPath,
  type ModuleNode,
  type ParameterSpec,
  type Shape,
} from '@incipit/core';
import { type TreePatterns, TreeTables } from '../tree-patterns.js';
import { torchAxes, torchTypes } from './torch-layout.js';

/** How a file's names and shapes are read. */
export interface WeightFileOptions extends TreePatterns {
  /**
   * `torch`: what no pattern tells is as PyTorch has it. A `weight` is (out, in) or (out, in, spatial…), and its module a
   * `Linear` or a `Conv2d`; a module with a `running_mean` is a `_BatchNorm`. An embedding and a transposed convolution
   * look the same: name these by patterns.
   */
  readonly layout?: 'torch';
}

/** A file as modules, and the tensor behind each parameter path. */
export interface DescribedFile {
  readonly root: ModuleNode;
  readonly tensors: ReadonlyMap<string, string>;
}

interface Branch {
  readonly path: string;
  readonly children: Map<string, Branch>;
  readonly leaves: Map<string, { readonly path: string; readonly entry: CheckpointEntry }>;
}

/** What PyTorch calls buffers: no optimiser trains them and no rule sets them. */
const BUFFERS = ['running_mean', 'running_var', 'num_batches_tracked'];

/**
 * Describes a file: its names, split at dots, are modules and parameters.
 *
 * @throws AdapterError `unnamed-tensor`, `wrong-axes` or `unmatched-pattern`.
 */
export function describeFile(header: CheckpointHeader, options: WeightFileOptions): DescribedFile {
  const root: Branch = { path: '', children: new Map(), leaves: new Map() };
  const tensors = new Map<string, string>();
  for (const [tensor, entry] of Object.entries(header.tensors)) tensors.set(place(root, tensor, entry), tensor);
  const tables = new TreeTables(options);
  const described = { root: nodeOf(root, tables, options.layout), tensors };
  tables.assertUsed([...tensors.keys()]);
  return described;
}

/** @returns the path of the tensor. */
function place(root: Branch, tensor: string, entry: CheckpointEntry): string {
  if (tensor === '') {
    throw new AdapterError({
      code: 'unnamed-tensor',
      what: 'The file has a tensor without a name',
      expected: 'a name for each tensor, such as encoder.0.weight',
    });
  }
  const parts = tensor.split('.');
  // A name such as `a..b` is no path of modules: it stays whole.
  const names = parts.includes('') ? [tensor] : parts;
  let at = root;
  for (const name of names.slice(0, -1)) {
    const next = at.children.get(name) ?? { path: joinPath(at.path, name), children: new Map(), leaves: new Map() };
    at.children.set(name, next);
    at = next;
  }
  const name = names.at(-1) ?? '';
  const path = joinPath(at.path, name);
  at.leaves.set(name, { path, entry });
  return path;
}

function nodeOf(branch: Branch, tables: TreeTables, layout: WeightFileOptions['layout']): ModuleNode {
  const shapes = new Map<string, Shape>([...branch.leaves].map(([name, { entry }]) => [name, entry.shape]));
  const told = tables.types(branch.path);
  const types = told.length === 0 && layout === 'torch' ? torchTypes(shapes) : told;
  return {
    path: branch.path,
    types: [...new Set([...types, 'Module'])],
    parameters: [...branch.leaves].map(([name, { path, entry }]) => parameterOf(name, { path, entry, tables, layout })),
    children: [...branch.children.values()].map((child) => nodeOf(child, tables, layout)),
  };
}

interface Leaf {
  readonly path: string;
  readonly entry: CheckpointEntry;
  readonly tables: TreeTables;
  readonly layout: WeightFileOptions['layout'];
}

function parameterOf(nativeName: string, { path, entry, tables, layout }: Leaf): ParameterSpec {
  const { dtype, shape } = entry;
  const axes = tables.axes([path], shape) ?? (layout === 'torch' ? torchAxes(nativeName, shape) : undefined);
  return {
    path,
    role: tables.role([path], nativeName),
    nativeName,
    shape,
    dtype,
    trainable: isFloatDType(dtype) && !BUFFERS.includes(nativeName),
    ...(axes === undefined ? {} : { axes }),
  };
}
