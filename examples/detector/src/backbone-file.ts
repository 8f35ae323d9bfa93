import { initialize, MODELS, parametersByPath } from '@incipit/core';
import { writeSafetensors } from '@incipit/core/node';
import { type Built, tfjs } from '@incipit/plugins/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * Stands for a backbone that someone trained: the config's backbone under another seed and law, as a safetensors file
 * whose tensors go by their paths in the backbone.
 */
export async function writeBackbone(path: string, backbone: Readonly<Record<string, unknown>>): Promise<void> {
  const { init_cfg: _rules, ...plain } = backbone;
  const model = MODELS.build<Built<tf.Sequential>>(plain);
  const adapter = tfjs(tf, model);
  await initialize(adapter, { type: 'Xavier', layer: 'Conv2d', distribution: 'uniform', bias: 0.1 }, { seed: 7 });
  const tensors = [...parametersByPath(adapter.tree()).values()].map(({ path: name, dtype, shape }) => ({
    name,
    dtype,
    shape,
    bytes: async () => (await adapter.read(name)).bytes,
  }));
  await writeSafetensors(path, tensors, { format: 'pt' });
  model.dispose();
}
