import { type DetachedAdapter, detached } from '@incipit/core';
import { loadTopology, tfjs } from '@incipit/plugins/tfjs';
import type { LayersModel } from '@tensorflow/tfjs';
import { ModelFileError } from './errors.js';
import { loadTensorFlow, type TensorFlow } from './load-tensorflow.js';
import { type ModelFile, readModelFile, readWeights } from './model-file.js';
import type { PlanChoices } from './run-options.js';

/**
 * The model of a file, as something that can be planned and filled while the file stays as it is.
 *
 * A model.json that names weight files keeps its values where no rule speaks; a topology alone has none to keep.
 *
 * @throws ModelFileError, MissingPackageError, AdapterError
 */
export async function openModel(choices: Pick<PlanChoices, 'model' | 'fresh' | 'dtype'>): Promise<DetachedAdapter> {
  const file = await readModelFile(choices.model);
  const tf = await loadTensorFlow();
  const model = await loadTopology(tf, file.json);
  const keep = file.manifest !== undefined && !choices.fresh;
  if (keep) await restore(tf, model, file);
  return detached(tfjs(tf, model, { fresh: !keep }), { dtype: choices.dtype });
}

async function restore(tf: TensorFlow, model: LayersModel, file: ModelFile): Promise<void> {
  const { specs, data } = await readWeights(file);
  let tensors: ReturnType<typeof tf.io.decodeWeights> = {};
  try {
    tensors = tf.io.decodeWeights(data, specs as Parameters<typeof tf.io.decodeWeights>[1]);
    model.loadWeights(tensors);
  } catch (cause) {
    throw new ModelFileError({
      code: 'bad-weights',
      what: `the weights of '${file.path}' do not fit its topology: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'export the model again, or pass --fresh to start from the topology alone',
      cause,
    });
  } finally {
    tf.dispose(tensors);
  }
}
