import { ATTRIBUTE_TENSOR, NODE, NODE_ATTRIBUTE, NODE_OPERATOR, NODE_OUTPUT } from './onnx-fields.js';
import type { ProtoField, ProtoFile } from './proto-fields.js';
import type { Span } from './tensor-proto.js';

/** A tensor that stands in a node, and the name under which the graph knows it. */
export interface ConstantNode {
  readonly name: string;
  readonly tensor: Span;
}

/** The tensors of a graph's `Constant` nodes: where Paddle's exporter, for one, puts all weights. */
export async function* constantNodes(file: ProtoFile, graph: Span): AsyncGenerator<ConstantNode, void, undefined> {
  for await (const field of file.fields(graph.start, graph.end)) {
    if (field.id !== NODE || field.kind !== 'bytes') continue;
    const constant = await readNode(file, field);
    if (constant !== undefined) yield constant;
  }
}

async function readNode(file: ProtoFile, node: Span): Promise<ConstantNode | undefined> {
  let name: string | undefined;
  let operator = '';
  const attributes: ProtoField[] = [];
  for await (const field of file.fields(node.start, node.end)) {
    if (field.kind !== 'bytes') continue;
    if (field.id === NODE_OUTPUT) name ??= await file.text(field);
    else if (field.id === NODE_OPERATOR) operator = await file.text(field);
    else if (field.id === NODE_ATTRIBUTE) attributes.push(field);
  }
  if (operator !== 'Constant' || name === undefined) return undefined;
  for (const attribute of attributes) {
    for await (const field of file.fields(attribute.start, attribute.end)) {
      if (field.id === ATTRIBUTE_TENSOR && field.kind === 'bytes') return { name, tensor: field };
    }
  }
  return undefined;
}
