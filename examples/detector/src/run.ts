import { initWeights, MODELS, type Report } from '@incipit/core';
import { loadConfigFile } from '@incipit/registry/config';
import * as tf from '@tensorflow/tfjs';
import { writeBackbone } from './backbone-file.js';
import type { SingleStage } from './detector.js';
import './detector.js';
import { type TrainOptions, train } from './train.js';

interface DetectorConfig {
  readonly model: { readonly backbone: { readonly init_cfg: { readonly checkpoint: string } } };
  readonly train: TrainOptions;
}

export interface DetectorRun {
  readonly report: Report;
  readonly losses: readonly number[];
}

/** Builds, initialises and trains the detector of a config file. */
export async function runDetector(path: string): Promise<DetectorRun> {
  await tf.setBackend('cpu');
  const { value, origin } = await loadConfigFile(path);
  const config = value as unknown as DetectorConfig;
  await writeBackbone(config.model.backbone.init_cfg.checkpoint, config.model.backbone);
  const detector = MODELS.build<SingleStage>(config.model, { origin: (part) => origin(['model', ...part]) });
  const report = await initWeights(detector.model, { seed: 42 });
  return { report, losses: train(detector.model, config.train) };
}
