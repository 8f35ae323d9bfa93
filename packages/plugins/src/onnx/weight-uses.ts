import { BIAS_OF_PRODUCT, operatorOf, type Use } from './operators.js';
import type { OnnxGraph, OnnxNode, OnnxTensor } from './structural-types.js';

/** A node that uses a tensor as a weight. */
export interface WeightUse {
  readonly node: OnnxNode;
  /** What the tensor is called there: exporters merge equal tensors, and an Identity has the name of each. */
  readonly name: string;
  readonly use: Use;
  readonly types: readonly string[];
}

/** A value that has a tensor's elements, on the way from the tensor to what uses it. */
interface Trail {
  readonly value: string;
  readonly name: string;
  /** Which axis of the tensor each axis of the value is: exporters transpose and cast weights on their way. */
  readonly order: readonly number[];
  readonly seen: readonly string[];
}

/** Every node of a graph and of the graphs inside its nodes, in order. */
function allNodes({ node }: OnnxGraph): readonly OnnxNode[] {
  return node.flatMap((one) => [one, ...innerGraphs(one).flatMap(allNodes)]);
}

/** The branches and bodies of a node. */
export function innerGraphs({ attribute }: OnnxNode): readonly OnnxGraph[] {
  return attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g, ...graphs]));
}

/** Which nodes use a tensor as a weight, in the graph's order; from the graph's nodes indexed once. */
export class WeightUses {
  readonly #consumers = new Map<string, { readonly node: OnnxNode; readonly index: number }[]>();
  readonly #producers = new Map<string, OnnxNode>();

  constructor(graph: OnnxGraph) {
    for (const node of allNodes(graph)) {
      for (const [index, name] of node.input.entries()) {
        const known = this.#consumers.get(name) ?? [];
        known.push({ node, index });
        this.#consumers.set(name, known);
      }
      for (const name of node.output) this.#producers.set(name, node);
    }
  }

  of(tensor: OnnxTensor): readonly WeightUse[] {
    const order = tensor.dims.map((_, axis) => axis);
    return this.#follow({ value: tensor.name, name: tensor.name, order, seen: [] });
  }

  #follow({ value, name, order, seen }: Trail): readonly WeightUse[] {
    if (seen.includes(value)) return [];
    return (this.#consumers.get(value) ?? []).flatMap(({ node, index }) => {
      const next = passedOn(node, order);
      if (next !== undefined) {
        const output = node.output[0] ?? '';
        const renamed = node.opType === 'Identity' && output.includes('.') ? output : name;
        return this.#follow({ value: output, name: renamed, order: next, seen: [...seen, value] });
      }
      const product = this.#productBefore(node, index);
      const [at, input] = product === undefined ? [node, index] : [product, BIAS_OF_PRODUCT];
      const operator = operatorOf(at);
      const use = operator?.use(input, order.length, at);
      if (operator === undefined || use === undefined) return [];
      return [{ node: at, name, use: reordered(use, order), types: operator.types(order.length) }];
    });
  }

  /** The product to which an Add adds a tensor: its bias, which MatMul itself does not have. */
  #productBefore({ opType, input }: OnnxNode, index: number): OnnxNode | undefined {
    const producer = opType === 'Add' ? this.#producers.get(input[1 - index] ?? '') : undefined;
    return producer?.opType === 'MatMul' ? producer : undefined;
  }
}

/** The order of axes behind a node that changes no value; undefined for any other node. */
function passedOn({ opType, attribute }: OnnxNode, order: readonly number[]): readonly number[] | undefined {
  if (opType === 'Identity' || opType === 'Cast') return order;
  if (opType !== 'Transpose') return undefined;
  const told = attribute.find(({ name }) => name === 'perm')?.ints.map(Number);
  const perm = told ?? order.map((_, axis) => order.length - 1 - axis);
  const next = perm.map((axis) => order[axis]).filter((axis) => axis !== undefined);
  return next.length === order.length ? next : undefined;
}

function reordered(use: Use, order: readonly number[]): Use {
  const { axes, slices } = use;
  if (axes === undefined || axes.length !== order.length) return use;
  const own = order.map((_, axis) => axes[order.indexOf(axis)] ?? 'elementwise');
  const fused = slices === undefined ? {} : { slices: { ...slices, axis: order[slices.axis] ?? slices.axis } };
  return { ...use, axes: own, ...fused };
}
