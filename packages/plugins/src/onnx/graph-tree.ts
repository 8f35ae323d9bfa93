import { AdapterError, isFloatDType, type ParameterSpec, type PlanWarning } from '@incipit/core';
import type { Described } from '../described.js';
import { type ModuleDraft, ModuleDrafts, nodeOf } from '../module-drafts.js';
import { type TreePatterns, TreeTables } from '../tree-patterns.js';
import type { OnnxGraph, OnnxTensor } from './structural-types.js';
import { dtypeOf, shapeOf } from './tensor-types.js';
import { innerGraphs, type WeightUse, WeightUses } from './weight-uses.js';

/** A tensor in one of the modules that hold it. */
interface Holding {
  readonly module: ModuleDraft;
  readonly name: string;
  readonly path: string;
  readonly found: WeightUse | undefined;
}

/**
 * Describes a graph: its initializers are the parameters, and what uses them are the modules.
 *
 * @throws AdapterError `broken-model`, `wrong-axes` or `unmatched-pattern`.
 */
export function describeGraph(graph: OnnxGraph, patterns: TreePatterns): Described<OnnxTensor> {
  const tables = new TreeTables(patterns);
  const uses = new WeightUses(graph);
  const drafts = new ModuleDrafts(['Graph']);
  const parameters = new Map<string, OnnxTensor>();
  const held = named(graph).map((tensor) => ({ tensor, holdings: holdingsOf(tensor, uses.of(tensor), drafts) }));
  const order = drafts.inOrder();
  for (const { tensor, holdings } of held) {
    // A tied tensor has its path in the module that comes first in the tree.
    const sorted = [...holdings].sort((one, other) => order.indexOf(one.module) - order.indexOf(other.module));
    const paths = sorted.map(({ path }) => path);
    for (const path of paths) parameters.set(path, tensor);
    for (const holding of sorted) holding.module.parameters.push(parameterOf(tensor, holding, { paths, tables }));
  }
  const root = nodeOf(drafts.root, tables);
  tables.assertUsed([...parameters.keys()]);
  const warnings = warningsOf(graph);
  return { root: warnings.length === 0 ? root : { ...root, warnings }, parameters };
}

/** The initializers of known types, each with a name of its own. */
function named({ initializer }: OnnxGraph): readonly OnnxTensor[] {
  const seen = new Set<string>();
  for (const { name } of initializer) {
    if (name !== '' && !seen.has(name)) {
      seen.add(name);
      continue;
    }
    throw new AdapterError({
      code: 'broken-model',
      what: name === '' ? 'The graph has an initializer without a name' : `Two initializers are named '${name}'`,
      expected: 'a name of its own for each',
      fix: 'export the model again, or see what `onnx.checker` says',
    });
  }
  return initializer.filter((tensor) => dtypeOf(tensor) !== undefined);
}

/** Every module that holds a tensor, each once. */
function holdingsOf(tensor: OnnxTensor, uses: readonly WeightUse[], drafts: ModuleDrafts): readonly Holding[] {
  const hold = (module: ModuleDraft, name: string, found: WeightUse | undefined): Holding => {
    return { module, found, ...drafts.claim(module, placeOf(name).last, tensor.name) };
  };
  if (uses.length === 0) return [hold(drafts.at(placeOf(tensor.name).above ?? []), tensor.name, undefined)];
  const modules = new Map<ModuleDraft, WeightUse>();
  for (const found of uses) {
    const { name, output } = found.node;
    // A name of one word says nothing of its module: the node does, by its name or by what it makes.
    const names = placeOf(found.name).above ?? [name || (output[0] ?? '')];
    const module = drafts.ofOperator(names, found.types);
    if (!modules.has(module)) modules.set(module, found);
  }
  return [...modules].map(([module, found]) => hold(module, found.name, found));
}

/** The module that a name tells, and the name within it. */
function placeOf(name: string): { readonly above?: readonly string[]; readonly last: string } {
  const parts = name.split('.');
  if (parts.length < 2 || parts.includes('')) return { last: name };
  return { above: parts.slice(0, -1), last: parts.at(-1) ?? '' };
}

interface Context {
  readonly paths: readonly string[];
  readonly tables: TreeTables;
}

function parameterOf(tensor: OnnxTensor, { found, name }: Holding, { paths, tables }: Context): ParameterSpec {
  const [path = '', ...aliases] = paths;
  const shape = shapeOf(tensor);
  const dtype = dtypeOf(tensor) ?? 'uint8';
  const { role, trainable = true, axes: ownAxes, ...rest } = found?.use ?? { role: undefined };
  const axes = tables.axes(paths, shape) ?? ownAxes;
  return {
    ...rest,
    path,
    role: tables.role(paths, name, role),
    nativeName: name,
    shape,
    dtype,
    trainable: trainable && isFloatDType(dtype),
    ...(axes?.length === shape.length ? { axes } : {}),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/** What a graph holds and an adapter does not show. */
function warningsOf(graph: OnnxGraph): readonly PlanWarning[] {
  const strange = graph.initializer.filter((tensor) => dtypeOf(tensor) === undefined);
  const warnings: PlanWarning[] = strange.map(({ name, dataType }) => {
    const message = `The initializer '${name}' has ONNX's data type ${dataType}, which Incipit does not have, and is left alone`;
    return { code: 'unknown-dtype', message };
  });
  if (graph.sparseInitializer.length > 0) {
    warnings.push({ code: 'sparse-initializers', message: 'The sparse initializers of the graph are left alone' });
  }
  const hides = (inner: OnnxGraph): boolean =>
    inner.initializer.length > 0 || inner.node.flatMap(innerGraphs).some(hides);
  if (graph.node.flatMap(innerGraphs).some(hides)) {
    const message = 'Initializers inside branches and loops of the graph are left alone';
    warnings.push({ code: 'inner-initializers', message });
  }
  return warnings;
}
