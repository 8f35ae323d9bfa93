import { type DetachedAdapter, detached, type WritableFormat } from '@incipit/core';
import { fileSource, openCheckpoint } from '@incipit/core/node';
import { FORMATS } from '@incipit/plugins/formats';
import { tfjsFormat } from '@incipit/plugins/formats/tfjs';
import { loadTopology, modelArtifacts, tfjs } from '@incipit/plugins/tfjs';
import { weightFile } from '@incipit/plugins/weight-file';
import type { LayersModel } from '@tensorflow/tfjs';
import { ModelFileError } from './errors.js';
import { loadTensorFlow, type TensorFlow } from './load-tensorflow.js';
import { type ModelFile, readModelFile, readWeights } from './model-file.js';
import type { PlanChoices } from './run-options.js';

/** A model, and what lets its files go. */
export interface OpenModel {
  readonly model: DetachedAdapter;
  /** Formats that keep what the model is beside its weights. */
  readonly formats: readonly WritableFormat[];
  close(): Promise<void>;
}

/** JSON that names weights, and no layers. */
const WEIGHTS_INDEX = /\.index\.json$/i;

type ModelChoices = Pick<PlanChoices, 'model' | 'fresh' | 'dtype'>;

/**
 * The model of a file, as something that can be planned and filled while the file stays as it is.
 *
 * A model.json that names weight files, and a weight file itself, keep their values where no rule speaks; a topology
 * alone has none to keep.
 *
 * @throws ModelFileError, MissingPackageError, AdapterError, CheckpointError
 */
export async function openModel(choices: ModelChoices): Promise<OpenModel> {
  if (!(await isDescription(choices.model))) return openWeights(choices);
  return openLayers(choices);
}

/** Told by the first bytes; by the name where they cannot be read, so that the error fits. */
async function isDescription(path: string): Promise<boolean> {
  if (WEIGHTS_INDEX.test(path)) return false;
  const source = await fileSource(path).catch(() => undefined);
  if (source === undefined) return /\.(?:json|gz)$/i.test(path);
  try {
    const head = await source.read(0, Math.min(source.size, 64));
    return (head[0] === 0x1f && head[1] === 0x8b) || /^\s*[[{]/.test(new TextDecoder().decode(head));
  } finally {
    await source.close();
  }
}

/** A weight file, its names and shapes read as PyTorch has them; TensorFlow.js is not needed. */
async function openWeights({ model, fresh, dtype }: ModelChoices): Promise<OpenModel> {
  if (fresh) {
    throw new ModelFileError({
      code: 'unsupported-model',
      what: `'${model}' is nothing but weights: no layer in it could say how a fresh one starts`,
      expected: 'a model.json beside --fresh',
      fix: 'leave --fresh out: what no rule touches keeps its value',
    });
  }
  const checkpoint = await openCheckpoint(model, FORMATS);
  try {
    const adapter = detached(weightFile(checkpoint, { layout: 'torch' }), { dtype });
    return { model: adapter, formats: [], close: () => checkpoint.close() };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function openLayers(choices: ModelChoices): Promise<OpenModel> {
  const file = await readModelFile(choices.model);
  const tf = await loadTensorFlow();
  const model = await loadTopology(tf, file.json);
  const keep = file.manifest !== undefined && !choices.fresh;
  if (keep) await restore(tf, model, file);
  return {
    model: detached(tfjs(tf, model, { fresh: !keep }), { dtype: choices.dtype }),
    formats: [tfjsFormat(modelArtifacts(tf, model))],
    close: async () => undefined,
  };
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
