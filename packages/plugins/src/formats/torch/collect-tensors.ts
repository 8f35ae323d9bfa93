import type { ByteSource } from '@incipit/core';
import { malformed } from '../common/checkpoint-of.js';
import { PyDict, PyTuple, ScriptModule, TorchTensor } from './pickle-values.js';

/** Where frameworks put the weights beside optimiser and schedule; the first that is there is taken, alone. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model'];
/** A small pickle can refer to its parts so often that walking them never ends. */
const MAX_VISITS = 2_000_000;
const MAX_DEPTH = 64;
/** Of all names together. */
const MAX_CHARACTERS = 1 << 26;

/** What a checkpoint's pickle holds. */
export interface Collected {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Numbers and text beside them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Tensors under dotted names, from the pickle's root or from the wrapper in it that holds the weights.
 *
 * @throws CheckpointError `malformed`.
 */
export function collectTensors(source: Pick<ByteSource, 'name'>, root: unknown): Collected {
  const metadata: [string, string][] = [];
  if (root instanceof PyDict) {
    for (const [key, value] of root.entries()) {
      if (['string', 'number', 'boolean'].includes(typeof value)) metadata.push([key, String(value)]);
    }
    const wrapper = WRAPPERS.find((name) => root.get(name) instanceof PyDict);
    if (wrapper !== undefined) {
      metadata.push(['root', wrapper]);
      return { tensors: walk(source, root.get(wrapper)), metadata: Object.fromEntries(metadata) };
    }
  }
  return { tensors: walk(source, root), metadata: Object.fromEntries(metadata) };
}

function walk(source: Pick<ByteSource, 'name'>, root: unknown): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  let visits = 0;
  let characters = 0;
  const visit = (value: unknown, path: string, depth: number): void => {
    visits += 1;
    characters += path.length;
    if (visits > MAX_VISITS || depth > MAX_DEPTH || characters > MAX_CHARACTERS)
      throw malformed(source, 'its values are nested without end');
    if (value instanceof TorchTensor) {
      const name = path === '' ? 'tensor' : path;
      if (tensors.has(name)) throw malformed(source, `two tensors are named '${name}'`);
      tensors.set(name, value);
    } else if (value instanceof ScriptModule) {
      visit(value.fields, path, depth + 1);
    } else if (value instanceof PyDict || value instanceof PyTuple || Array.isArray(value)) {
      for (const [key, child] of entriesOf(value)) visit(child, path === '' ? key : `${path}.${key}`, depth + 1);
    }
  };
  visit(root, '', 0);
  return tensors;
}

function* entriesOf(value: PyDict | PyTuple | readonly unknown[]): Iterable<[string, unknown]> {
  if (value instanceof PyDict) yield* value.entries();
  else {
    const items = value instanceof PyTuple ? value.items : value;
    for (const [position, child] of items.entries()) yield [String(position), child];
  }
}
