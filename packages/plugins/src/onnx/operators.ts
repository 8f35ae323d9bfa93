import type { Axis, ParameterSpec } from '@incipit/core';
import type { OnnxNode } from './structural-types.js';

/** What an operator does with one of its inputs. */
export interface Use extends Pick<ParameterSpec, 'axes' | 'groups' | 'groupedSide' | 'slices'> {
  readonly role: string;
  /** False for statistics that the operator keeps itself. */
  readonly trainable?: boolean;
}

/** An operator that has weights. */
export interface Operator {
  /** Names for rules: its own first, then what PyTorch calls it. */
  types(rank: number): readonly string[];
  /** What the input at an index of an operator is, from its rank; undefined for one that is no weight. */
  use(index: number, rank: number, node: OnnxNode): Use | undefined;
}

/** The input of a MatMul that it does not have: what an Add behind it adds. */
export const BIAS_OF_PRODUCT = 2;

const BIAS: Use = { role: 'bias', axes: ['elementwise'] };
const GAIN: Use = { role: 'weight', axes: ['elementwise'] };

function intOf(node: OnnxNode, name: string, fallback: number): number {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found === undefined ? fallback : Number(found.i);
}

function spatial(rank: number): readonly Axis[] {
  return Array.from({ length: Math.max(rank - 2, 0) }, () => 'spatial' as const);
}

function weight(...axes: readonly Axis[]): Use {
  return { role: 'weight', axes };
}

/** One number for each element that it meets. */
function elementwise(role: string, rank: number): Use {
  return { role, axes: Array.from({ length: rank }, () => 'elementwise' as const) };
}

/** Gain and bias as the inputs 1 and 2. */
function normalization(...types: readonly string[]): Operator {
  return { types: () => types, use: (index) => [undefined, GAIN, BIAS][index] };
}

/** A matrix product, whose weights may be on either side. */
function matrix(index: number, rank: number, transposed: boolean): Use | undefined {
  if (index > 1) return undefined;
  // Of a stack of matrices no one knows which axis means what.
  if (rank !== 2) return { role: 'weight' };
  // B is (in, out) and A is (out, in), unless the operator transposes them.
  return (index === 1) === transposed ? weight('out', 'in') : weight('in', 'out');
}

/** W, R and B of a recurrent operator, with the directions first and the gates fused along the second axis. */
function recurrent(gates: readonly string[], ...types: readonly string[]): Operator {
  return {
    types: () => types,
    use(index, _rank, node) {
      const direction = node.attribute.find(({ name }) => name === 'direction');
      const groups = new TextDecoder().decode(direction?.s) === 'bidirectional' ? 2 : 1;
      const slices = (names: readonly string[]) => (names.length > 1 ? { slices: { axis: 1, names } } : {});
      // Each direction is a group: it has inputs and outputs of its own.
      if (index === 1 || index === 2) {
        return { role: 'weight', axes: ['out', 'out', 'in'], groups, ...slices(gates) };
      }
      const both = ['input', 'recurrent'].flatMap((side) => gates.map((gate) => `${side} ${gate}`));
      return index === 3 ? { role: 'bias', axes: ['elementwise', 'elementwise'], ...slices(both) } : undefined;
    },
  };
}

const CONVOLUTION: Operator = {
  types: (rank) => ['Conv', `Conv${rank - 2}d`, '_ConvNd'],
  use(index, rank, node) {
    if (index === 1) return { ...weight('out', 'in', ...spatial(rank)), groups: intOf(node, 'group', 1) };
    return index === 2 ? BIAS : undefined;
  },
};

const TRANSPOSED_CONVOLUTION: Operator = {
  types: (rank) => ['ConvTranspose', `ConvTranspose${rank - 2}d`, '_ConvTransposeNd', '_ConvNd'],
  use(index, rank, node) {
    const groups = intOf(node, 'group', 1);
    if (index === 1) return { ...weight('in', 'out', ...spatial(rank)), groups, groupedSide: 'out' };
    return index === 2 ? BIAS : undefined;
  },
};

const OPERATORS: Readonly<Record<string, Operator>> = {
  Conv: CONVOLUTION,
  ConvTranspose: TRANSPOSED_CONVOLUTION,
  Gemm: {
    types: () => ['Gemm', 'Linear'],
    use(index, rank, node) {
      if (index === 2) return elementwise('bias', rank);
      const transposed = intOf(node, index === 0 ? 'transA' : 'transB', 0) === 1;
      return matrix(index, rank, transposed);
    },
  },
  MatMul: {
    types: () => ['MatMul', 'Linear'],
    use: (index, rank) => (index === BIAS_OF_PRODUCT ? elementwise('bias', rank) : matrix(index, rank, false)),
  },
  BatchNormalization: {
    types: () => [
      'BatchNormalization',
      '_BatchNorm',
      '_NormBase',
      'BatchNorm1d',
      'BatchNorm2d',
      'BatchNorm3d',
      'SyncBatchNorm',
    ],
    use: (index) => {
      const statistic = (role: string): Use => ({ role, axes: ['elementwise'], trainable: false });
      return [undefined, GAIN, BIAS, statistic('running_mean'), statistic('running_var')][index];
    },
  },
  InstanceNormalization: normalization('InstanceNormalization', '_InstanceNorm', '_NormBase'),
  LayerNormalization: normalization('LayerNormalization', 'LayerNorm'),
  GroupNormalization: normalization('GroupNormalization', 'GroupNorm'),
  RMSNormalization: normalization('RMSNormalization', 'RMSNorm'),
  Gather: {
    types: () => ['Gather', 'Embedding'],
    use: (index, rank, node) =>
      index === 0 && rank === 2 && intOf(node, 'axis', 0) === 0 ? weight('vocabulary', 'embedding') : undefined,
  },
  PRelu: {
    types: () => ['PRelu', 'PReLU'],
    use: (index, rank) => (index === 1 ? elementwise('weight', rank) : undefined),
  },
  LSTM: recurrent(['input', 'output', 'forget', 'cell'], 'LSTM', 'RNNBase'),
  GRU: recurrent(['update', 'reset', 'hidden'], 'GRU', 'RNNBase'),
  RNN: recurrent(['hidden'], 'RNN', 'RNNBase'),
};

/** What is known of a node's operator; nothing of those that have no weights or are not ONNX's own. */
export function operatorOf({ domain, opType }: OnnxNode): Operator | undefined {
  const own = domain === '' || domain === 'ai.onnx';
  return own && Object.hasOwn(OPERATORS, opType) ? OPERATORS[opType] : undefined;
}
