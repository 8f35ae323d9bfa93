import { MODELS, MODULE_OPTIONS } from '@incipit/core';
import { type Built, registerTfjs } from '@incipit/plugins/tfjs';
import { type OptionsSchema, Registry } from '@incipit/registry';
import * as tf from '@tensorflow/tfjs';

registerTfjs(tf);

/** Detectors and their parts: `det.SingleStage` below `MODELS`, beside `tfjs.Conv2D`. */
export const DETECTION: Registry<object> = new Registry<object>('detection', { scope: 'det', parent: MODELS });

type Node = Readonly<Record<string, unknown>>;
type Extents = readonly number[];

const EXTENTS = { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 3, maxItems: 3 } as const;

interface SingleStageOptions {
  readonly image: Extents;
  readonly backbone: Node;
  readonly neck: Node;
  readonly head: Node;
  readonly init_cfg?: unknown;
}

/** Backbone, neck and head in a row; the head gives objectness and boxes for each cell of a grid. */
@DETECTION.register('SingleStage')
export class SingleStage {
  static readonly options: OptionsSchema = {
    image: { ...EXTENTS, required: true },
    backbone: { type: 'object', required: true },
    neck: { type: 'object', required: true },
    head: { type: 'object', required: true },
    ...MODULE_OPTIONS,
  };
  readonly model: Built<tf.LayersModel>;

  constructor({ image, backbone, neck, head, init_cfg }: SingleStageOptions) {
    const parts = { backbone, neck, head };
    // Each part is built from its own node, so that an error tells where in the file the node stands.
    const layers = Object.entries(parts).map(([name, node]) => MODELS.build(node, { defaultArgs: { name } }));
    this.model = MODELS.build<Built<tf.LayersModel>>({
      type: 'tfjs.Model',
      inputs: { image },
      layers: layers.map((layer) => ({ layer })),
      outputs: ['head:0', 'head:1'],
      init_cfg,
    });
  }
}

interface PartOptions {
  readonly name?: string;
  readonly features: Extents;
  readonly init_cfg?: unknown;
}

const PART_OPTIONS: OptionsSchema = {
  name: { type: 'string' },
  features: { ...EXTENTS, required: true },
  ...MODULE_OPTIONS,
};

function convNeck({ features, width, ...rest }: PartOptions & { readonly width: number }): object {
  const options = { filters: width, kernelSize: 3, padding: 'same', activation: 'relu' };
  return MODELS.build({
    type: 'tfjs.Sequential',
    ...rest,
    layers: [{ type: 'tfjs.Conv2D', name: 'lateral', inputShape: features, ...options }],
  });
}

function gridHead({ features, ...rest }: PartOptions): object {
  const convolution = { type: 'tfjs.Conv2D', kernelSize: 1 };
  return MODELS.build({
    type: 'tfjs.Model',
    ...rest,
    inputs: { features },
    layers: [
      { name: 'objectness', from: 'features', layer: { ...convolution, filters: 1, activation: 'sigmoid' } },
      { name: 'box', from: 'features', layer: { ...convolution, filters: 4 } },
    ],
    outputs: ['objectness', 'box'],
  });
}

DETECTION.register('ConvNeck', convNeck, {
  options: { ...PART_OPTIONS, width: { type: 'integer', minimum: 1, required: true } },
});
DETECTION.register('GridHead', gridHead, { options: PART_OPTIONS });
