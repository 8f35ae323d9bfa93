import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  elementCount,
  explain,
  initialize,
  Module,
  Parameter,
  plan,
  type Report,
  readCheckpointHeaders,
} from '../index.js';
import { fileCheckpoints, writeSafetensors } from '../node.js';

const test = suite('initializers/pretrained-gates');
const folder = await mkdtemp(join(tmpdir(), 'incipit-gates-'));
test.after(() => rm(folder, { recursive: true }));
const checkpoints = fileCheckpoints(folder);

const [INPUTS, UNITS] = [3, 2];
const STEPS = [
  [0.5, -1, 0.25],
  [1, 0.75, -0.5],
];

/** As numpy.sin(numpy.arange(n) * 0.7 + number): what the parameters of the goldens hold. */
const sines = (count: number, number: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(index * 0.7 + number));

/** A recurrent layer of torch: `torch.nn.LSTM(3, 2)` and its kin, in a file. */
async function torchFile(name: string, gates: number): Promise<string> {
  const shapes = { w: [gates * UNITS, INPUTS], r: [gates * UNITS, UNITS], b: [gates * UNITS], s: [gates * UNITS] };
  const tensors = Object.entries(shapes).map(([name, shape], number) => {
    const bytes = (): Uint8Array => new Uint8Array(sines(elementCount(shape), number).buffer);
    return { name, dtype: 'float32' as const, shape, bytes };
  });
  await writeSafetensors(join(folder, name), tensors);
  return name;
}

/** Kernels that are (in, out), with gates under these names fused along the outputs. */
class Recurrent extends Module {
  readonly w: Parameter;
  readonly r: Parameter;
  readonly b: Parameter;
  readonly s: Parameter;
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    super();
    this.#names = names;
    const width = names.length * UNITS;
    const kernel = (rows: number): Parameter =>
      new Parameter([rows, width], { axes: ['in', 'out'], slices: { axis: 1, names } });
    this.w = kernel(INPUTS);
    this.r = kernel(UNITS);
    this.b = new Parameter([width], { slices: { axis: 0, names } });
    this.s = new Parameter([width], { slices: { axis: 0, names } });
  }

  /** The part of a gate in vector × kernel + bias. */
  gate(name: string, side: 'input' | 'state', vector: readonly number[]): readonly number[] {
    const [kernel, bias] = side === 'input' ? [this.w, this.b] : [this.r, this.s];
    const [rows, offsets] = [kernel.values(), bias.values()];
    const width = this.#names.length * UNITS;
    const first = this.#names.indexOf(name) * UNITS;
    return Array.from({ length: UNITS }, (_, unit) =>
      vector.reduce((sum, value, row) => sum + value * at(rows, row * width + first + unit), at(offsets, first + unit)),
    );
  }
}

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Keras's LSTM, but with torch's two biases. */
function lstm(layer: Recurrent, candidate: string): readonly (readonly number[])[] {
  let [h, c]: [readonly number[], readonly number[]] = [
    [0, 0],
    [0, 0],
  ];
  return STEPS.map((x) => {
    const gate = (name: string): readonly number[] => {
      const state = layer.gate(name, 'state', h);
      return layer.gate(name, 'input', x).map((value, unit) => value + at(state, unit));
    };
    const [i, f, g, o] = [gate('i'), gate('f'), gate(candidate), gate('o')];
    c = c.map((old, unit) => sigmoid(at(f, unit)) * old + sigmoid(at(i, unit)) * Math.tanh(at(g, unit)));
    h = c.map((value, unit) => sigmoid(at(o, unit)) * Math.tanh(value));
    return h;
  });
}

/** Keras's GRU with `reset_after`. */
function gru(layer: Recurrent): readonly (readonly number[])[] {
  let h: readonly number[] = [0, 0];
  return STEPS.map((x) => {
    const both = (name: string): readonly number[] => {
      const state = layer.gate(name, 'state', h);
      return layer.gate(name, 'input', x).map((value, unit) => sigmoid(value + at(state, unit)));
    };
    const [z, r, inner] = [both('z'), both('r'), layer.gate('n', 'state', h)];
    const n = layer.gate('n', 'input', x).map((value, unit) => Math.tanh(value + at(r, unit) * at(inner, unit)));
    h = h.map((old, unit) => at(z, unit) * old + (1 - at(z, unit)) * at(n, unit));
    return h;
  });
}

function load(model: Module, checkpoint: string, layout: 'torch' | 'tf' = 'torch'): Promise<Report> {
  return initialize(model, { type: 'Pretrained', checkpoint, layout, strict: true }, { checkpoints });
}

function assertNear(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  const flat = expected.flat();
  for (const [index, value] of actual.flat().entries()) {
    assert.ok(Math.abs(value - at(flat, index)) < 1e-6, `${actual.flat().join(' ')} is not ${flat.join(' ')}`);
  }
}

// torch 2.15, m = torch.nn.LSTM(3, 2), parameter k set to numpy.sin(numpy.arange(n) * 0.7 + k): m(steps)[0]
const LSTM_OUTPUT = [
  [-0.3043721914291382, -0.04170864075422287],
  [-0.17440398037433624, -0.5899404883384705],
];
// The same of torch.nn.GRU(3, 2).
const GRU_OUTPUT = [
  [-0.5952316522598267, -0.19231313467025757],
  [-0.24376755952835083, -0.7894014716148376],
];

for (const names of ['ifco', 'ifgo', 'iofc']) {
  test(`an LSTM of torch computes the same with gates fused as ${names}`, async () => {
    const layer = new Recurrent([...names]);
    await load(layer, await torchFile('lstm.safetensors', 4));
    assertNear(lstm(layer, names.includes('c') ? 'c' : 'g'), LSTM_OUTPUT);
  });
}

for (const names of ['rzn', 'zrn']) {
  test(`a GRU of torch computes the same with gates fused as ${names}`, async () => {
    const layer = new Recurrent([...names]);
    await load(layer, await torchFile('gru.safetensors', 3));
    assertNear(gru(layer), GRU_OUTPUT);
  });
}

test("Keras's gates are read in Keras's order", async () => {
  const torch = new Recurrent(['r', 'z', 'n']);
  await load(torch, await torchFile('gru.safetensors', 3));
  const keras = new Recurrent(['z', 'r', 'h']);
  const from = { z: 'z', r: 'r', h: 'n' } as const;
  const values = (parameter: 'w' | 'r' | 'b' | 's'): Float32Array => {
    const [rows = 1, width = 6] = parameter === 'b' || parameter === 's' ? [1, 6] : torch[parameter].shape;
    const old = torch[parameter].values();
    const columns = (['z', 'r', 'h'] as const).flatMap((gate) =>
      [0, 1].map((unit) => 'rzn'.indexOf(from[gate]) * 2 + unit),
    );
    return Float32Array.from({ length: rows * width }, (_, index) =>
      at(old, Math.floor(index / width) * width + at(columns, index % width)),
    );
  };
  const tensors = (['w', 'r', 'b', 's'] as const).map((name) => {
    return {
      name,
      dtype: 'float32' as const,
      shape: keras[name].shape,
      bytes: () => new Uint8Array(values(name).buffer),
    };
  });
  await writeSafetensors(join(folder, 'keras.safetensors'), tensors);
  await load(keras, 'keras.safetensors', 'tf');
  assert.equal(keras.b.values(), [...values('b')]);
  const again = new Recurrent(['r', 'z', 'n']);
  await load(again, 'keras.safetensors', 'tf');
  for (const name of ['w', 'r', 'b', 's'] as const) assert.equal(again[name].values(), torch[name].values(), name);
});

test('what torch has no weights for, and gates of unknown names, are told', async () => {
  const checkpoint = await torchFile('gru.safetensors', 3);
  const refused = async (names: readonly string[], expected: RegExp): Promise<void> => {
    const error = await load(new Recurrent(names), checkpoint).catch((reason: unknown) => reason);
    assert.match(String(error), expected);
  };
  await refused(['z', 'r', 'h'], /b: its GRU may reset the state before the product.*torch's resets it after/s);
  await refused(['a', 'b', 'c'], /its a, b, c are fused in an order of their own/);
});

test('a plan tells how gates are moved', async () => {
  const config = { type: 'Pretrained', checkpoint: await torchFile('gru.safetensors', 3), layout: 'torch' } as const;
  const headers = await readCheckpointHeaders(config, checkpoints);
  const made = plan(new Recurrent(['z', 'r', 'n']), config, { headers });
  assert.match(explain(made), /axes 1 0 of \[6, 3\], parts of axis 1 to 1 0 2/);
});

test.run();
