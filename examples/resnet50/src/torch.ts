import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type Axis, type Member, Module, Parameter, type Shape } from '@incipit/core';

/** What the data file holds of the network in PyTorch. */
interface TorchDescription {
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
  readonly modules: readonly { readonly path: string; readonly type: string; readonly bases: readonly string[] }[];
}

/** A module of PyTorch's, with weights in its layout. */
class TorchModule extends Module {
  readonly types: readonly string[];
  readonly held = new Map<string, Member>();

  constructor(types: readonly string[]) {
    super();
    this.types = types;
  }

  override get typeNames(): readonly string[] {
    return this.types;
  }

  override *members(): Iterable<readonly [string, Member]> {
    yield* this.held;
  }
}

/** The same network as PyTorch has it: its names, and (out, in, spatial…) where Keras has (spatial…, in, out). */
export async function torchModel(): Promise<Module> {
  const packed = await readFile(new URL('../data/ResNet50-torch.json.gz', import.meta.url));
  const { parameters, modules } = JSON.parse(gunzipSync(packed).toString('utf8')) as TorchDescription;
  const types = new Map(modules.map(({ path, type, bases }) => [path, [type, ...bases]]));
  const root = new TorchModule(['ResNetForImageClassification']);
  for (const { name, shape } of parameters) {
    const segments = name.split('.');
    const last = segments.pop() ?? '';
    let at = root;
    let path = '';
    for (const segment of segments) {
      path = path === '' ? segment : `${path}.${segment}`;
      const child = at.held.get(segment) ?? new TorchModule(types.get(path) ?? ['Module']);
      at.held.set(segment, child);
      if (child instanceof TorchModule) at = child;
    }
    at.held.set(last, new Parameter(shape, { axes: axesOf(shape) }));
  }
  return root;
}

function axesOf({ length }: Shape): readonly Axis[] {
  if (length === 1) return ['elementwise'];
  return length === 2 ? ['out', 'in'] : ['out', 'in', 'spatial', 'spatial'];
}

const ROLES: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  bias: 'bias',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** Under which name PyTorch has what Keras names `conv2_block1_0_conv.kernel`: the option `paths`. */
export function torchPath(kerasPath: string): string | undefined {
  const [layer = '', name = ''] = kerasPath.split('.');
  const role = ROLES[name] ?? name;
  if (layer === 'predictions') return `classifier.1.${role}`;
  const kind = layer.endsWith('_bn') ? 'normalization' : 'convolution';
  if (layer.startsWith('conv1_')) return `resnet.embedder.embedder.${kind}.${role}`;
  const [, stage, block, place] = /^conv(\d)_block(\d)_(\d)_/.exec(layer) ?? [];
  if (place === undefined) return undefined;
  const unit = `resnet.encoder.stages.${Number(stage) - 2}.layers.${Number(block) - 1}`;
  return place === '0' ? `${unit}.shortcut.${kind}.${role}` : `${unit}.layer.${Number(place) - 1}.${kind}.${role}`;
}

/** Keras's order of axes in PyTorch's, as NumPy's `transpose` takes it. */
const TO_TORCH: Readonly<Record<number, readonly number[]>> = { 1: [0], 2: [1, 0], 4: [3, 2, 0, 1] };
const TO_KERAS: Readonly<Record<number, readonly number[]>> = { 1: [0], 2: [1, 0], 4: [2, 3, 1, 0] };

/** A Keras weight in PyTorch's layout. */
export function toTorch(values: Float32Array, shape: Shape): Float32Array {
  return transposed(values, shape, TO_TORCH[shape.length] ?? []);
}

/** A PyTorch weight in Keras's layout. */
export function toKeras(values: Float32Array, shape: Shape): Float32Array {
  return transposed(values, shape, TO_KERAS[shape.length] ?? []);
}

function transposed(values: Float32Array, shape: Shape, axes: readonly number[]): Float32Array {
  const strides = axes.map((axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const [n0 = 1, n1 = 1, n2 = 1, n3 = 1] = axes.map((axis) => shape[axis] ?? 1);
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = strides;
  const out = new Float32Array(values.length);
  let at = 0;
  for (let a = 0; a < n0; a += 1) {
    for (let b = 0; b < n1; b += 1) {
      for (let c = 0; c < n2; c += 1) {
        for (let d = 0; d < n3; d += 1) out[at++] = values[a * s0 + b * s1 + c * s2 + d * s3] ?? 0;
      }
    }
  }
  return out;
}
