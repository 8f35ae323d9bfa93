import { type InitializeOptions, initialize } from '@incipit/core';
import { tfjs } from '@incipit/plugins/tfjs';
import type * as TensorFlow from '@tensorflow/tfjs';

type Tf = typeof TensorFlow;

/** What a run on one of tfjs's backends gave. */
export interface TfjsRun {
  /** `webgpu, on its GPU`. */
  readonly name: string;
  /** SHA-256 of all weights, after the run and again after the model has computed with them. */
  readonly digests: readonly [string, string];
  readonly device: string;
  /** Buffers that were mapped while the run lasted: values that came back from the GPU. */
  readonly mapped: number;
  /** Tensors that the run left behind. */
  readonly tensors: number;
}

const CONFIG = [
  { type: 'Kaiming', layer: ['Conv2D', 'Dense'] },
  { type: 'Constant', layer: 'BatchNormalization', val: 1, bias: 0.5 },
  { type: 'TruncNormal', layer: 'LSTM', std: 0.02 },
];

/** Initialises the same model on a backend of tfjs, with each of the options. */
export async function tfjsRuns(
  tf: Tf,
  backend: string,
  options: Readonly<Record<string, InitializeOptions>>,
): Promise<readonly TfjsRun[]> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend '${backend}' here`);
  const runs: TfjsRun[] = [];
  for (const [name, option] of Object.entries(options)) runs.push(await oneRun(tf, `${backend}, ${name}`, option));
  return runs;
}

async function oneRun(tf: Tf, name: string, options: InitializeOptions): Promise<TfjsRun> {
  const model = makeModel(tf);
  const before = tf.memory().numTensors;
  const maps = countMaps(tf.backend() as object);
  const { device } = await initialize(tfjs(tf, model), CONFIG, { seed: 11, ...options });
  const mapped = maps();
  const tensors = tf.memory().numTensors - before;
  const first = await digestOf(tf, model);
  const input = tf.ones([1, 6, 6, 3]);
  const output = model.predict(input) as TensorFlow.Tensor;
  await output.data();
  tf.dispose([input, output]);
  const digests = [first, await digestOf(tf, model)] as const;
  model.dispose();
  return { name, digests, device, mapped, tensors };
}

/** Of layers whose weights are filled side by side, and in place, with odd numbers of elements and even ones. */
function makeModel(tf: Tf): TensorFlow.LayersModel {
  const { layers } = tf;
  const rnn = layers.lstm({ units: 3, recurrentInitializer: 'zeros', unitForgetBias: false, name: 'rnn' });
  return tf.sequential({
    layers: [
      layers.conv2d({ filters: 5, kernelSize: 3, inputShape: [6, 6, 3], name: 'conv' }),
      layers.batchNormalization({ name: 'norm' }),
      layers.reshape({ targetShape: [4, 20] }),
      rnn,
      layers.dense({ units: 301, name: 'wide' }),
      layers.dense({ units: 299, useBias: false, name: 'odd' }),
      layers.dense({ units: 300, name: 'even' }),
      layers.dense({ units: 1, name: 'head' }),
    ],
  });
}

async function digestOf(tf: Tf, model: TensorFlow.LayersModel): Promise<string> {
  const adapter = tfjs(tf, model);
  const parts: Uint8Array[] = [];
  for (const { path } of adapter.tree().children.flatMap((child) => child.parameters)) {
    parts.push((await adapter.read(path)).bytes);
  }
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.byteLength;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Mappable {
  mapAsync(...args: readonly unknown[]): Promise<unknown>;
}

/** @returns what ends the count and tells it. */
function countMaps(backend: object): () => number {
  const { device } = backend as { readonly device?: { createBuffer(descriptor: unknown): Mappable } };
  if (device === undefined) return () => 0;
  const create = device.createBuffer;
  let mapped = 0;
  device.createBuffer = (descriptor) => {
    const buffer = create.call(device, descriptor);
    const map = buffer.mapAsync.bind(buffer);
    buffer.mapAsync = (...args) => {
      mapped += 1;
      return map(...args);
    };
    return buffer;
  };
  return () => {
    device.createBuffer = create;
    return mapped;
  };
}
