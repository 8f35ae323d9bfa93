import {
  AdapterError,
  type CheckpointEntry,
  type CheckpointHeader,
  isFloatDType,
  type ParameterSpec,
  type Shape,
} from '@incipit/core';
import type { Described } from '../described.js';
import { type ModuleDraft, ModuleDrafts, nodeOf } from '../module-drafts.js';
import { type TreePatterns, TreeTables } from '../tree-patterns.js';
import { type TorchModule, torchModule } from './torch-layout.js';

/** How a file's names and shapes are read. */
export interface WeightFileOptions extends TreePatterns {
  /**
   * `torch`: what no pattern tells is as PyTorch has it. A `weight` is (out, in) or (out, in, spatial…), and its module a
   * `Linear` or a `Conv2d`; a module with a `running_mean` is a `_BatchNorm`, one with a `weight_hh_l0` an `LSTM`, a `GRU`
   * or an `RNN` with its gates. An embedding and a transposed convolution look the same: name these by patterns.
   */
  readonly layout?: 'torch';
}

/** A tensor under its name in the file. */
export interface NamedEntry {
  readonly name: string;
  readonly entry: CheckpointEntry;
}

/** What PyTorch calls buffers: no optimiser trains them and no rule sets them. */
const BUFFERS = ['running_mean', 'running_var', 'num_batches_tracked'];

/**
 * Describes a file: its names, split at dots, are modules and parameters.
 *
 * @throws AdapterError `unnamed-tensor`, `wrong-axes` or `unmatched-pattern`.
 */
export function describeFile(header: CheckpointHeader, options: WeightFileOptions): Described<NamedEntry> {
  const tables = new TreeTables(options);
  const drafts = new ModuleDrafts([]);
  const parameters = new Map<string, NamedEntry>();
  const leaves: Leaf[] = [];
  const shapes = new Map<ModuleDraft, Map<string, Shape>>();
  for (const [tensor, entry] of Object.entries(header.tensors)) {
    const names = namesOf(tensor);
    const module = drafts.at(names.slice(0, -1));
    const { name, path } = drafts.claim(module, names.at(-1) ?? '', tensor);
    parameters.set(path, { name: tensor, entry });
    leaves.push({ module, name, path, entry });
    shapes.set(module, (shapes.get(module) ?? new Map<string, Shape>()).set(name, entry.shape));
  }
  const known = (module: ModuleDraft): TorchModule | undefined =>
    options.layout === 'torch' ? torchModule(shapes.get(module) ?? new Map()) : undefined;
  for (const leaf of leaves) leaf.module.parameters.push(parameterOf(leaf, known(leaf.module), tables));
  for (const draft of drafts.inOrder()) draft.types = known(draft)?.types ?? [];
  const root = nodeOf(drafts.root, tables);
  tables.assertUsed([...parameters.keys()]);
  return { root, parameters };
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

interface Leaf extends NamedEntry {
  readonly module: ModuleDraft;
  readonly path: string;
}

function parameterOf(
  { name, path, entry: { dtype, shape } }: Leaf,
  module: TorchModule | undefined,
  tables: TreeTables,
): ParameterSpec {
  const known = module?.parameter(name, shape);
  const axes = tables.axes([path], shape) ?? known?.axes;
  return {
    path,
    role: tables.role([path], name, known?.role),
    nativeName: name,
    shape,
    dtype,
    trainable: isFloatDType(dtype) && !BUFFERS.includes(name),
    ...(axes === undefined ? {} : { axes }),
    ...(known?.slices === undefined ? {} : { slices: known.slices }),
  };
}
