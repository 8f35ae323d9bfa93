import { init } from '@incipit/core/builders';
import { models } from '@incipit/plugins/tfjs/builders';
import type { OptionsSchema } from '@incipit/registry';
import fc from 'fast-check';

const RULE = fc.constantFrom<unknown>(init.kaiming({ layer: 'Linear' }), { type: 'Constant', val: 1 });
const LAYER = fc.constantFrom<unknown>(models.tfjs.dense({ units: 2 }), { type: 'Flatten' });
const RECURRENT = fc.constantFrom<unknown>(models.tfjs.lstm({ units: 2 }), { type: 'GRU', units: 3 });
const CELL = fc.constantFrom<unknown>(models.tfjs.lstmCell({ units: 2 }), { type: 'SimpleRNNCell', units: 3 });
const MODULE = fc.constantFrom<unknown>(models.baseModule(), { type: 'Sequential', modules: [] });

/** Configs that fit inside a config of the given entry: a Bidirectional takes recurrent layers only, an RNN cells. */
export function nestedFor(entry: string): (registry: string) => fc.Arbitrary<unknown> {
  return (registry) => {
    if (registry === 'weight initializer') return RULE;
    if (registry === 'model') return MODULE;
    if (entry === 'Bidirectional') return RECURRENT;
    return entry === 'RNN' || entry === 'StackedRNNCells' ? CELL : LAYER;
  };
}

/** Options whose values depend on one another, or on what a schema cannot say, by entry. */
const DEPENDENT: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  Uniform: { a: fc.constantFrom(-3, -0.5), b: fc.constantFrom(0.5, 3) },
  TruncNormal: { a: fc.constantFrom(-3, -0.5), b: fc.constantFrom(0.5, 3) },
  Permute: { dims: fc.constantFrom([1], [2, 1], [3, 1, 2]) },
  RandomWidth: { factor: fc.constantFrom<unknown>(0.5, [-0.25, 0.5]) },
  Sequential: { layers: fc.constantFrom([], [{ type: 'Dense', units: 2, batchInputShape: [null, 3] }]) },
  Model: {
    inputs: fc.constantFrom({ image: [4] }, { image: { shape: [4] } }),
    layers: fc.constant([{ name: 'head', layer: models.tfjs.dense({ units: 2 }), from: 'image' }]),
    outputs: fc.constantFrom('head', ['head']),
  },
};

/** Of an InputLayer's two shapes one must be there, and only one may. */
export function optionsFor(entry: string, options: OptionsSchema): OptionsSchema {
  if (entry !== 'InputLayer') return options;
  const { batchInputShape: _, inputShape, ...others } = options;
  return inputShape === undefined ? others : { inputShape: { ...inputShape, required: true }, ...others };
}

/** The arbitrary of an option that no schema can give; undefined where it can. */
export function dependentValue(entry: string, option: string): fc.Arbitrary<unknown> | undefined {
  return DEPENDENT[entry]?.[option];
}
