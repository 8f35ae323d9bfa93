import { AdapterError } from '@incipit/core';
import type { Described } from '../described.js';
import { describeHolders, type Holder, type LeafKind } from '../holder-tree.js';
import { type TreePatterns, TreeTables } from '../tree-patterns.js';
import { dtypeOf } from './module-tree.js';
import { fieldOf, isLayer, type TensorFlowCore, type TfCoreVariable, type TfWeight } from './structural-types.js';

/**
 * Describes objects and arrays of variables.
 *
 * @throws AdapterError `cyclic-model`, `not-a-variable`, `disposed-model`, `foreign-model`, `unknown-dtype`, `wrong-axes`
 * or `unmatched-pattern`.
 */
export function describeVariables(tf: TensorFlowCore, collection: Holder, patterns: TreePatterns): Described<TfWeight> {
  const { root, parameters } = describeHolders(collection, variableLeaf(tf), new TreeTables(patterns));
  return { root, parameters: new Map([...parameters].map(([path, { value }]) => [path, weightOf(value)])) };
}

function weightOf(variable: TfCoreVariable): TfWeight {
  return {
    name: variable.name,
    read(): TfCoreVariable {
      if (variable.isDisposed) throw new Error('the variable is disposed');
      return variable;
    },
  };
}

function variableLeaf(tf: TensorFlowCore): LeafKind<TfCoreVariable> {
  const is = (value: unknown): value is TfCoreVariable => value instanceof tf.Variable;
  return {
    noun: '`tf.Variable`',
    is,
    check(value: unknown, path: string): void {
      if (!is(value)) assertNoWeight(value, path);
      else if (value.isDisposed) {
        throw new AdapterError({
          code: 'disposed-model',
          what: `The variable '${value.name}' is disposed`,
          path,
          fix: 'make it again, or take it out of the collection',
        });
      }
    },
    describe: (variable: TfCoreVariable, path: string) => {
      return { shape: [...variable.shape], dtype: dtypeOf(variable, path), trainable: variable.trainable };
    },
  };
}

/** Throws for what holds values that would not be set. */
function assertNoWeight(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  const isTensor = fieldOf(value, 'dataId') !== undefined;
  if (!isTensor && !isLayer(value)) return;
  const isForeign = typeof fieldOf(value, 'assign') === 'function';
  throw new AdapterError({
    code: isForeign ? 'foreign-model' : 'not-a-variable',
    what: isForeign
      ? 'The variable belongs to another copy of tfjs than the `tf` that was passed'
      : `A ${isTensor ? 'tensor' : 'layer'} is no variable`,
    path,
    expected: 'a `tf.Variable` of the very `tf` that is passed beside the collection',
    fix: isForeign
      ? 'import tfjs once, and see that only one copy of it is installed'
      : isTensor
        ? 'make it a variable: `tf.variable(tensor)`'
        : 'pass the layer or its model to `tfjs(tf, model)`, in a run of its own',
  });
}
