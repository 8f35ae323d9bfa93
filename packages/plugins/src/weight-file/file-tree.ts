import {
  AdapterError,
  type CheckpointEntry,
  type CheckpointHeader,
  isFloatDType,
  type ModuleNode,
  type ParameterSpec,
} from '@incipit/core';
import { type ModuleDraft, ModuleDrafts, nodeOf } from '../module-drafts.js';
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

/** A tensor under its name in the file. */
export interface NamedEntry {
  readonly name: string;
  readonly entry: CheckpointEntry;
}

/** A file as modules, and the tensor behind each parameter path. */
export interface DescribedFile {
  readonly root: ModuleNode;
  readonly tensors: ReadonlyMap<string, NamedEntry>;
}

/** What PyTorch calls buffers: no optimiser trains them and no rule sets them. */
const BUFFERS = ['running_mean', 'running_var', 'num_batches_tracked'];

/**
 * Describes a file: its names, split at dots, are modules and parameters.
 *
 * @throws AdapterError `unnamed-tensor`, `wrong-axes` or `unmatched-pattern`.
 */
export function describeFile(header: CheckpointHeader, options: WeightFileOptions): DescribedFile {
  const tables = new TreeTables(options);
  const drafts = new ModuleDrafts([]);
  const tensors = new Map<string, NamedEntry>();
  for (const [tensor, entry] of Object.entries(header.tensors)) {
    const names = namesOf(tensor);
    const module = drafts.at(names.slice(0, -1));
    const { name, path } = drafts.claim(module, names.at(-1) ?? '', tensor);
    tensors.set(path, { name: tensor, entry });
    module.parameters.push(parameterOf(name, { path, entry, tables, layout: options.layout }));
  }
  if (options.layout === 'torch') for (const draft of drafts.inOrder()) draft.types = torchTypesOf(draft);
  const root = nodeOf(drafts.root, tables);
  tables.assertUsed([...tensors.keys()]);
  return { root, tensors };
}

/** The modules above a tensor and its own name. */
function namesOf(tensor: string): readonly string[] {
  if (tensor === '') {
    throw new AdapterError({
      code: 'unnamed-tensor',
      what: 'The file has a tensor without a name',
      expected: 'a name for each tensor, such as encoder.0.weight',
    });
  }
  const parts = tensor.split('.');
  // A name such as `a..b` is no path of modules: it stays whole.
  return parts.includes('') ? [tensor] : parts;
}

function torchTypesOf({ parameters }: ModuleDraft): readonly string[] {
  return torchTypes(new Map(parameters.map(({ nativeName, shape }) => [nativeName, shape])));
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
