import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  convert,
  type DType,
  elementCount,
  execute,
  explain,
  type IncipitError,
  initialize,
  Module,
  Parameter,
  type ParameterOptions,
  type Plan,
  type PretrainedInitOptions,
  plan,
  type Report,
  readCheckpointHeaders,
  type TensorToWrite,
} from '../index.js';
import { executeToFile, fileCheckpoints, openSafetensors, writeSafetensors } from '../node.js';

const test = suite('initializers/pretrained-values');

const folder = await mkdtemp(join(tmpdir(), 'incipit-pretrained-'));
test.after(() => rm(folder, { recursive: true }));
const checkpoints = fileCheckpoints(folder);
let files = 0;

/** A model with one parameter of any name. */
class Net extends Module {
  constructor(parameters: Readonly<Record<string, Parameter>>) {
    super();
    Object.assign(this, parameters);
  }
}

const counting = (shape: readonly number[]): readonly number[] =>
  Array.from({ length: elementCount(shape) }, (_, index) => index + 1);

function tensor(
  name: string,
  shape: readonly number[],
  values = counting(shape),
  dtype: DType = 'float32',
): TensorToWrite {
  return {
    name,
    dtype,
    shape,
    bytes: () => convert(new Uint8Array(Float64Array.from(values).buffer), 'float64', dtype),
  };
}

type Options = Omit<PretrainedInitOptions, 'checkpoint'>;

/** What a parameter of this shape and these axes gets from one tensor. */
async function loaded(
  from: TensorToWrite | readonly TensorToWrite[],
  parameter: Parameter,
  options: Options = {},
): Promise<Report> {
  const checkpoint = `${files++}.safetensors`;
  await writeSafetensors(join(folder, checkpoint), 'name' in from ? [from] : from);
  return initialize(new Net({ w: parameter }), { type: 'Pretrained', checkpoint, ...options }, { checkpoints });
}

async function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error as IncipitError).code ?? String(error),
  );
}

const kernel = (shape: readonly number[], axes: ParameterOptions['axes']): Parameter =>
  new Parameter(shape, axes === undefined ? {} : { axes });

/** The element of a row-major tensor of consecutive numbers. */
function at(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((offset, place, axis) => offset * (shape[axis] ?? 1) + place, 0) + 1;
}

test("torch's kernels go into the axes of another framework, by what the axes mean", async () => {
  const hwio = kernel([2, 3, 4, 5], ['spatial', 'spatial', 'in', 'out']);
  await loaded(tensor('w', [5, 4, 2, 3]), hwio, { layout: 'torch' });
  hwio.values().forEach((value, offset) => {
    const [h, w, i, o] = [Math.floor(offset / 60), Math.floor(offset / 20) % 3, Math.floor(offset / 5) % 4, offset % 5];
    assert.is(value, at([5, 4, 2, 3], [o, i, h, w]));
  });
  const dense = kernel([2, 3], ['in', 'out']);
  await loaded(tensor('w', [3, 2]), dense, { layout: 'torch' });
  assert.equal(dense.values(), [1, 3, 5, 2, 4, 6]);
});

test('square kernels are turned too, and transposed convolutions by their own order', async () => {
  const square = kernel([2, 2], ['in', 'out']);
  await loaded(tensor('w', [2, 2]), square, { layout: 'torch' });
  assert.equal(square.values(), [1, 3, 2, 4]);
  const back = kernel([1, 1, 2, 3], ['spatial', 'spatial', 'out', 'in']);
  await loaded(tensor('w', [3, 2, 1, 1]), back, { layout: 'torch' });
  assert.equal(back.values(), [1, 3, 5, 2, 4, 6]);
});

test("and TensorFlow's into torch's axes; a depthwise kernel of torch is taken apart", async () => {
  const oihw = kernel([2, 3, 1, 2], ['out', 'in', 'spatial', 'spatial']);
  await loaded(tensor('w', [1, 2, 3, 2]), oihw, { layout: 'tf' });
  assert.equal(oihw.values(), [1, 7, 3, 9, 5, 11, 2, 8, 4, 10, 6, 12]);
  const depthwise = kernel([1, 2, 2, 3], ['spatial', 'spatial', 'channel', 'multiplier']);
  await loaded(tensor('w', [6, 1, 1, 2]), depthwise, { layout: 'torch' });
  assert.equal(depthwise.values(), [1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12]);
});

test('what has no kernel axes is stored alike everywhere; unknown axes are told, not guessed', async () => {
  const table = kernel([3, 2], ['vocabulary', 'embedding']);
  await loaded(tensor('w', [3, 2]), table, { layout: 'torch' });
  assert.equal(table.values(), counting([3, 2]));
  const unknown = loaded(tensor('w', [2, 2]), kernel([2, 2], undefined), { layout: 'torch' });
  assert.is(await code(unknown), 'nothing-matches');
});

test('a kernel of colours fits grey by its sum, and more inputs by repeating, scaled', async () => {
  const axes = ['out', 'in', 'spatial', 'spatial'] as const;
  const grey = kernel([2, 1, 1, 2], axes);
  await loaded(tensor('w', [2, 3, 1, 2]), grey, { adapt_input_conv: true });
  assert.equal(grey.values(), [9, 12, 27, 30]);
  const five = kernel([1, 5, 1, 1], axes);
  await loaded(tensor('w', [1, 3, 1, 1], [5, 10, 20]), five, { adapt_input_conv: true });
  assert.equal(five.values(), [3, 6, 12, 3, 6]);
  const hwio = kernel([1, 1, 1, 2], ['spatial', 'spatial', 'in', 'out']);
  await loaded(tensor('w', [2, 3, 1, 1]), hwio, { adapt_input_conv: true, layout: 'torch' });
  assert.equal(hwio.values(), [6, 15]);
});

test('it does not when it is not asked for, and the error says how to ask', async () => {
  const work = (options: Options): Promise<Report> =>
    loaded(tensor('w', [1, 3, 1, 1]), kernel([1, 1, 1, 1], ['out', 'in', 'spatial', 'spatial']), options);
  assert.is(await code(work({})), 'nothing-matches');
  const error = await work({}).catch((cause: unknown) => cause as Error);
  assert.match((error as Error).message, 'adapt_input_conv: true would fit it');
});

test('sums are exact before they are rounded, once', async () => {
  const grey = kernel([1, 1, 1, 1], ['out', 'in', 'spatial', 'spatial']);
  // In float32 the first sum would lose the 1.
  await loaded(tensor('w', [1, 3, 1, 1], [2 ** 24, 1, -(2 ** 24)]), grey, { adapt_input_conv: true });
  assert.equal(grey.values(), [1]);
});

// The published cases of ONNX's Resize, cubic_coeff_a -0.75, half_pixel: what torch computes without align_corners.
const CUBIC_ROWS = [
  [0.47265625, 0.76953125, 1.24609375, 1.875, 2.28125, 2.91015625, 3.38671875, 3.68359375],
  [13.31640625, 13.61328125, 14.08984375, 14.71875, 15.125, 15.75390625, 16.23046875, 16.52734375],
];

test('position embeddings are resized as torch does, after the tokens that are no positions', async () => {
  const cubic = kernel([1, 65, 1], undefined);
  await loaded(tensor('w', [1, 17, 1], [99, ...counting([16])]), cubic, {
    resize_pos_embed: 'bicubic',
    pos_embed: 'w',
  });
  const values = cubic.values();
  assert.is(values[0], 99);
  assert.equal(values.slice(1, 9), CUBIC_ROWS[0]);
  assert.equal(values.slice(57), CUBIC_ROWS[1]);
  const linear = kernel([1, 4, 4, 1], undefined);
  await loaded(tensor('w', [1, 2, 2, 1]), linear, { resize_pos_embed: 'bilinear', pos_embed: ['**'] });
  assert.equal(linear.values(), [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4]);
  const channels = kernel([16, 2], undefined);
  await loaded(tensor('w', [4, 2], [1, 10, 2, 20, 3, 30, 4, 40]), channels, {
    resize_pos_embed: 'bilinear',
    pos_embed: 'w',
  });
  assert.equal(channels.values().slice(0, 4), [1, 10, 1.25, 12.5]);
});

test('a grid that is no square, or another width, is not guessed', async () => {
  const options = { resize_pos_embed: 'bicubic', pos_embed: 'w' } as const;
  assert.is(await code(loaded(tensor('w', [1, 6, 1]), kernel([1, 16, 1], undefined), options)), 'nothing-matches');
  assert.is(await code(loaded(tensor('w', [1, 4, 1]), kernel([1, 16, 2], undefined), options)), 'nothing-matches');
});

test('values are rounded once, to nearest even, to the dtype of the parameter', async () => {
  // 1 + 2^-8 lies between two bfloat16; 1 + 3 · 2^-8 too: both go to the even one.
  const between = [1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -40];
  for (const from of ['float64', 'float32'] as const) {
    const parameter = new Parameter([3], { dtype: 'bfloat16' });
    await loaded(tensor('w', [3], between, from), parameter);
    // In float32 the last one is the first one.
    assert.equal(parameter.values(), [1, 1 + 2 ** -6, from === 'float64' ? 1 + 2 ** -7 : 1]);
  }
  for (const from of ['float16', 'bfloat16'] as const) {
    const parameter = new Parameter([2]);
    await loaded(tensor('w', [2], [1.5, -0.25], from), parameter);
    assert.equal(parameter.values(), [1.5, -0.25]);
  }
});

test('the law says what is done; a plan that was saved does it elsewhere, and into a file', async () => {
  const make = (): Net => new Net({ w: kernel([1, 1, 2, 3], ['spatial', 'spatial', 'in', 'out']) });
  const checkpoint = 'law.safetensors';
  await writeSafetensors(join(folder, checkpoint), [tensor('w', [3, 2, 1, 1])]);
  const config = { type: 'Pretrained', checkpoint, layout: 'torch' } as const;
  const headers = await readCheckpointHeaders(config, checkpoints);
  const saved = JSON.parse(JSON.stringify(plan(make(), config, { headers }))) as Plan;
  assert.equal(saved.steps[0]?.law, {
    kind: 'copy',
    source: checkpoint,
    tensor: 'w',
    dtype: 'float32',
    shape: [3, 2, 1, 1],
    changes: [{ kind: 'permute', shape: [3, 2, 1, 1], order: [2, 3, 1, 0] }],
  });
  assert.match(explain(saved), 'copy of w (float32) in law.safetensors, axes 2 3 1 0 of [3, 2, 1, 1]');
  const elsewhere = make();
  await execute(saved, elsewhere, { checkpoints });
  const out = join(folder, 'out.safetensors');
  await executeToFile(saved, make(), out, { checkpoints });
  const written = await openSafetensors(out);
  assert.equal(await written.read('w'), new Uint8Array(Float32Array.of(1, 3, 5, 2, 4, 6).buffer));
  await written.close();
  assert.equal((elsewhere as unknown as { readonly w: Parameter }).w.values(), [1, 3, 5, 2, 4, 6]);

  await writeSafetensors(join(folder, checkpoint), [tensor('w', [3, 2, 1, 1], counting([6]), 'float16')]);
  assert.is(await code(execute(saved, make(), { checkpoints })), 'checkpoint-changed');
});

test.run();
