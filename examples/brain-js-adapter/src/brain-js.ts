import { type Adapter, AdapterError, assertFits, type ParameterSpec, parameterAt } from '@incipit/core';

/** The parts of a `NeuralNetwork` of brain.js that the adapter touches. Layer 0 is the input and has no weights. */
export interface BrainNetwork {
  readonly weights?: ArrayLike<readonly Float32Array[] | undefined> | null;
  readonly biases?: ArrayLike<Float32Array | undefined> | null;
}

/** A parameter, and the arrays of brain.js that hold it, row by row. */
interface Slot {
  readonly spec: ParameterSpec;
  readonly rows: readonly Float32Array[];
}

/**
 * A feed-forward network of brain.js for Incipit.
 *
 * @throws AdapterError `not-a-model` when it is something else, or has no weights yet.
 */
export function brainJs(network: BrainNetwork): Adapter {
  const layers = layersOf(network);
  const slots = new Map(layers.flat().map((slot) => [slot.spec.path, slot]));
  const children = layers.map((layer, index) => {
    return { path: `layer${index + 1}`, types: ['Linear', 'Module'], parameters: layer.map(specOf), children: [] };
  });
  return {
    framework: 'brain.js',
    tree: () => ({ path: '', types: ['NeuralNetwork', 'Module'], parameters: [], children }),
    async read(path) {
      const { spec, rows } = parameterAt(slots, path, 'the network');
      const values = Float32Array.from(rows.flatMap((row) => [...row]));
      return { dtype: 'float32', shape: spec.shape, bytes: new Uint8Array(values.buffer) };
    },
    write(path, tensor) {
      const { spec, rows } = parameterAt(slots, path, 'the network');
      assertFits(spec, tensor, path);
      // A copy first: the bytes may start anywhere in a larger buffer.
      const values = new Float32Array(Uint8Array.from(tensor.bytes).buffer);
      for (const [at, row] of rows.entries()) row.set(values.subarray(at * row.length, (at + 1) * row.length));
    },
  };
}

/** The weights are (out, in), which is what laws with fans have to know. */
function layersOf({ weights, biases }: BrainNetwork): readonly (readonly Slot[])[] {
  const layers = Array.from(weights ?? []).flatMap((rows, index) => {
    const bias = biases?.[index];
    if (rows === undefined || bias === undefined) return [];
    const weight = { path: `layer${index}.weights`, role: 'weight', nativeName: 'weights' };
    const shape = [rows.length, rows[0]?.length ?? 0];
    const biasNames = { path: `layer${index}.biases`, role: 'bias', nativeName: 'biases' };
    const common = { dtype: 'float32', trainable: true } as const;
    return [
      [
        { spec: { ...weight, ...common, shape, axes: ['out', 'in'] as const }, rows },
        { spec: { ...biasNames, ...common, shape: [bias.length], axes: ['elementwise'] as const }, rows: [bias] },
      ],
    ];
  });
  if (layers.length > 0) return layers;
  throw new AdapterError({
    code: 'not-a-model',
    what: 'There are no weights in it',
    expected: 'a `NeuralNetwork` of brain.js 1.6 that is built',
    fix: 'set `network.sizes` and call `network.initialize()`, which otherwise waits for the first training',
  });
}

function specOf({ spec }: Slot): ParameterSpec {
  return spec;
}
