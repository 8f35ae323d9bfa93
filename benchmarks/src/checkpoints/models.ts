import { type ModelParameter, modelShapes } from '../suites/shapes.js';

/** Blocks of the transformer that are taken: 400 MB with the convolutional network. */
const BLOCKS = 6;

/** A convolutional network and a transformer: 265 tensors of 256 bytes to 16 MiB, as real checkpoints have them. */
async function realModel(): Promise<readonly ModelParameter[]> {
  const { parameters: cnn } = await modelShapes('resnet-50');
  const { parameters: transformer } = await modelShapes('vit-l-16');
  return [
    ...cnn.map((parameter) => ({ ...parameter, name: `cnn.${parameter.name}` })),
    ...transformer.filter(({ name }) => Number(/layers\.(\d+)\./.exec(name)?.[1] ?? 0) < BLOCKS),
  ];
}

/** 10,000 tensors of 1,000 elements: what a tensor costs beside its bytes. */
async function smallModel(): Promise<readonly ModelParameter[]> {
  return Array.from({ length: 10_000 }, (_, index) => ({
    name: `block${Math.floor(index / 100)}.weight${index % 100}`,
    shape: [1000],
    law: { kind: 'constant', value: 0 } as const,
  }));
}

export type ReadModel = 'real' | 'small';

/** The models of the files that are read whole. */
export const MODELS: Readonly<Record<ReadModel, () => Promise<readonly ModelParameter[]>>> = {
  real: realModel,
  small: smallModel,
};

/** What is taken out of a 13 GB file: 102 MB, the largest tensor 9 MiB. */
export async function backbone(): Promise<readonly ModelParameter[]> {
  return (await modelShapes('resnet-50')).parameters;
}

export function elementsOf(parameters: readonly Pick<ModelParameter, 'shape'>[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((size, extent) => size * extent, 1), 0);
}
