import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { BenchLaw } from '../laws.js';

/** A parameter and the law by which its model's own code initialises it. */
export interface ModelParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly law: BenchLaw;
}

export interface ModelShapes {
  readonly name: string;
  readonly title: string;
  readonly elements: number;
  readonly parameters: readonly ModelParameter[];
}

interface ShapesFile {
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** What the models' published code does, told from names and shapes. */
const LAWS: Readonly<Record<FileModel, (name: string, shape: readonly number[]) => BenchLaw>> = {
  'resnet-50': resnetLaw,
  'vit-l-16': vitLaw,
  'gpt2-xl': gptLaw,
};

/** Models whose shapes are in data/. */
type FileModel = 'resnet-50' | 'vit-l-16' | 'gpt2-xl';

export type ModelName = FileModel | 'synthetic-1-gib';

export const MODEL_TITLES: Readonly<Record<ModelName, string>> = {
  'resnet-50': 'ResNet-50',
  'vit-l-16': 'ViT-L/16',
  'gpt2-xl': 'GPT-2 XL',
  'synthetic-1-gib': '16 parameters of 64 MiB',
};

/** A model's parameters, from data/ or made up. */
export async function modelShapes(name: ModelName): Promise<ModelShapes> {
  const parameters = name === 'synthetic-1-gib' ? synthetic() : await fromFile(name);
  const elements = parameters.reduce((sum, { shape }) => sum + product(shape), 0);
  return { name, title: MODEL_TITLES[name], elements, parameters };
}

async function fromFile(name: FileModel): Promise<readonly ModelParameter[]> {
  const file = new URL(`../../data/${name}.json.gz`, import.meta.url);
  const { parameters } = JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as ShapesFile;
  return parameters.map((parameter) => ({ ...parameter, law: LAWS[name](parameter.name, parameter.shape) }));
}

function synthetic(): readonly ModelParameter[] {
  return Array.from({ length: 16 }, (_, index) => ({
    name: `layers.${index}.weight`,
    shape: [4096, 4096],
    law: { kind: 'normal', mean: 0, std: 0.02 } as const,
  }));
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}

/** Of gains 1, of biases 0. */
function vectorLaw(name: string): BenchLaw {
  return { kind: 'constant', value: name.endsWith('weight') ? 1 : 0 };
}

/** Convolutions by Kaiming's normal over fan-out, the classifier uniformly over fan-in. */
function resnetLaw(name: string, shape: readonly number[]): BenchLaw {
  const [out = 1, fanIn = 1, ...spatial] = shape;
  if (spatial.length > 0) return { kind: 'normal', mean: 0, std: Math.sqrt(2 / (out * product(spatial))) };
  if (shape.length < 2) return vectorLaw(name);
  const bound = 1 / Math.sqrt(fanIn);
  return { kind: 'uniform', low: -bound, high: bound };
}

/** Truncated normal of std 0.02, cut at the default of ±2, that is nowhere. */
function vitLaw(name: string, shape: readonly number[]): BenchLaw {
  return shape.length < 2 ? vectorLaw(name) : { kind: 'truncated-normal', mean: 0, std: 0.02, low: -2, high: 2 };
}

/** Normal of std 0.02; projections into the residual stream less, for 48 layers of two each. */
function gptLaw(name: string, shape: readonly number[]): BenchLaw {
  if (shape.length < 2) return vectorLaw(name);
  return { kind: 'normal', mean: 0, std: name.endsWith('c_proj.weight') ? 0.02 / Math.sqrt(2 * 48) : 0.02 };
}
