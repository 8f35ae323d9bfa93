import { CheckpointError, initialize, memorySource, openCheckpointSource } from '@incipit/core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type WeightFile, weightFile } from '../weight-file/index.js';
import { FORMATS } from './index.js';
import { damagedCopies, openTestFile, readTestFile, readTestFolder } from './testing/checkpoint-files.js';

const COPIES = 150;

async function valuesOf(model: WeightFile): Promise<readonly (readonly [name: string, values: string])[]> {
  const tensors = model.tensors().map(async ({ name, bytes }) => [name, Buffer.from(await bytes()).toString('hex')]);
  return (await Promise.all(tensors)) as [string, string][];
}

// Formats in which much can be wrong that is found only when values are read.
for (const path of [
  'numpy/packed.npz',
  'torch/wrapped.pth',
  'torch/legacy.pth',
  'onnx/typed.onnx',
  'keras/weights.h5',
]) {
  test(`${path}: a damaged copy that cannot be read to the end leaves the model as it was`, async () => {
    const model = weightFile(await openTestFile(path));
    const before = await valuesOf(model);
    const beside = await readTestFolder(path.split('/')[0] ?? '');
    let failedLate = 0;
    for (const damaged of damagedCopies(await readTestFile(path), COPIES)) {
      const run = weightFile(await openTestFile(path));
      let opened = false;
      const checkpoints = async () => {
        const checkpoint = await openCheckpointSource(memorySource(path, damaged, beside), FORMATS);
        opened = true;
        return checkpoint;
      };
      try {
        await initialize(run, { type: 'Pretrained', checkpoint: path }, { checkpoints });
      } catch (error) {
        if (opened) failedLate += 1;
        assert.instance(error, CheckpointError);
        assert.equal(await valuesOf(run), before);
      }
    }
    assert.ok(failedLate > 0, 'no copy failed after it was opened');
  });
}

test.run();
